import type { A_Expr, Node } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey, stringOf } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { languageOf } from './functionOptions.ts';
import { bareNames } from './namesInQueries.ts';

export default defineRule({
  id: 'parameter-hidden-by-column',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'In an SQL function, a parameter is compared with a column of the same name: x = x.',
    why: 'In a function in SQL, a name means the column wherever there is one, and no error is raised. Both sides are the column then, and the condition is true for every row where it is not null: a lookup returns the whole table, an UPDATE or DELETE hits all of it.',
    fine: 'Never: for "is not null" there is IS NOT NULL.',
    source: 'https://www.postgresql.org/docs/current/xfunc-sql.html#XFUNC-SQL-FUNCTION-ARGUMENTS',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'CREATE FUNCTION forget(id bigint) RETURNS void LANGUAGE sql AS $$DELETE FROM users WHERE id = id$$;',
      safe: 'CREATE FUNCTION forget(id bigint) RETURNS void LANGUAGE sql AS $$DELETE FROM users WHERE id = forget.id$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      if (languageOf(stmt) !== 'sql') return;
      const parameters = new Set(
        (stmt.parameters ?? []).flatMap((p) => {
          const { name, mode } = 'FunctionParameter' in p ? p.FunctionParameter : {};
          return name && mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE' ? [name] : [];
        }),
      );
      if (parameters.size === 0) return;
      const own = nameParts(stmt.funcname).at(-1) ?? '';
      for (const { node, sql, toStatement } of context.routines.embedded)
        walk({ node }, (type, inner) => {
          if (type !== 'A_Expr') return;
          const { kind, name, lexpr, rexpr } = inner as A_Expr;
          const left = bareName(lexpr);
          const right = bareName(rexpr);
          if (kind !== 'AEXPR_OP' || stringOf(name?.[0]) !== '=' || !left || left.name !== right?.name) return;
          if (!parameters.has(left.name)) return;
          const place = (at: number) => ({
            start: toStatement(at),
            end: toStatement(at + writtenLength(sql, at) - 1) + 1,
          });
          const span = place(right.location);
          const isColumn = namesColumn(node, left.name, left.location, context);
          const fixes: Fix[] = isColumn
            ? [
                {
                  title: `Compare with the parameter: ${own}.${left.name}`,
                  edits: [{ start: span.start, end: span.start, newText: `${quoteIdentifier(own)}.` }],
                  safe: false,
                },
              ]
            : [];
          context.report(
            { start: place(left.location).start, end: span.end },
            `Both sides of this comparison are the same ${isColumn ? 'column' : 'thing'}, not the column and the parameter ${left.name}: it holds wherever ${left.name} is not null.`,
            `Write the parameter as ${own}.${left.name}, or give it another name.`,
            fixes,
          );
        });
    },
  },
});

function bareName(node: Node | undefined): { name: string; location: number } | null {
  const ref = node && 'ColumnRef' in node ? node.ColumnRef : undefined;
  const name = ref?.fields?.length === 1 ? stringOf(ref.fields[0]) : null;
  return name === null ? null : { name, location: ref?.location ?? 0 };
}

function namesColumn(root: Node, name: string, location: number, { before }: RuleContext): boolean {
  const here = bareNames(root).find((n) => n.name === name && n.location === location);
  return here?.tables.some((t) => columnOf(before.relation(rangeVarKey(t, before.session.schema)), name)) ?? false;
}

const writtenLength = (sql: string, at: number): number =>
  /^(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)/u.exec(sql.slice(at))?.[0].length ?? 1;
