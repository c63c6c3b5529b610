import type { Node, ResTarget } from '@pgsql/types';
import { type Column, columnOf, type Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { keywords, writtenName } from './newColumns.ts';

export default defineRule({
  id: 'generated-column-written',
  family: 'schema',
  severity: 'error',
  docs: {
    summary: 'INSERT or UPDATE gives a value to a column that Postgres generates.',
    why: 'A column GENERATED ALWAYS AS IDENTITY takes no value from an INSERT, not even NULL, unless that says OVERRIDING SYSTEM VALUE; a column GENERATED ALWAYS AS (expression) takes none at all. Only DEFAULT may be written for either.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/ddl-identity-columns.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);',
      unsafe: "INSERT INTO plans (id, name) VALUES (101, 'free'), (102, 'team');",
      safe: "INSERT INTO plans (id, name) OVERRIDING SYSTEM VALUE VALUES (101, 'free'), (102, 'team');",
    },
    {
      schema:
        'CREATE TABLE lines (id bigint PRIMARY KEY, price numeric, amount int, total numeric GENERATED ALWAYS AS (price * amount) STORED);',
      unsafe: 'UPDATE lines SET amount = 2, total = price * 2 WHERE id = 1;',
      safe: 'UPDATE lines SET amount = 2 WHERE id = 1;',
    },
  ],
  check: {
    InsertStmt(stmt, context) {
      const relation = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema));
      const select = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : undefined;
      if (!relation || !select) return;
      const rows = (select.valuesLists ?? []).map((row) => ('List' in row ? (row.List.items ?? []) : []));
      const width = rows.length > 0 ? Math.max(...rows.map((row) => row.length)) : 0;
      const targets = targetsOf(stmt.cols, relation, width);
      for (const [i, { column, at }] of targets.entries()) {
        if (rows.length > 0 && rows.every((row) => isDefault(row[i]))) continue;
        const override = stmt.override ?? 'OVERRIDING_NOT_SET';
        if (!column.generated && (column.identity !== 'always' || override !== 'OVERRIDING_NOT_SET')) continue;
        // with OVERRIDING USER VALUE what is given is ignored, for identity columns only
        const span = context.tokens.span(context.tokens.at(at ?? stmt.relation?.location ?? 0));
        const name = `${writtenName(stmt.relation, context)}.${column.name}`;
        if (column.generated)
          context.report(
            span,
            `This fails: ${name} is generated from other columns and takes no value.`,
            'Leave the column out.',
          );
        else
          context.report(
            span,
            `This fails: ${name} is GENERATED ALWAYS AS IDENTITY and takes no value.`,
            'Leave the column out; or say OVERRIDING SYSTEM VALUE, and set the sequence behind the highest number afterwards.',
            overriding(context),
          );
        return;
      }
    },
    UpdateStmt(stmt, context) {
      const relation = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema));
      for (const node of stmt.targetList ?? []) {
        const target = 'ResTarget' in node ? node.ResTarget : undefined;
        const column = columnOf(relation, target?.name ?? '');
        if (!target || !column || isDefault(target.val) || !(column.generated || column.identity === 'always'))
          continue;
        context.report(
          context.tokens.span(context.tokens.at(target.location ?? 0)),
          `This fails: ${column.name} is ${column.generated ? 'generated from other columns' : 'GENERATED ALWAYS AS IDENTITY'} and can only be updated to DEFAULT.`,
          'Leave the column out.',
        );
      }
    },
  },
});

interface Target {
  readonly column: Column;
  /** Where it is written; null when no columns are. */
  readonly at: number | null;
}

/** The columns that the values go to, in order; none where the files do not tell them. */
function targetsOf(cols: readonly Node[] | undefined, relation: Relation, width: number): Target[] {
  if (!cols) return relation.complete ? relation.columns.slice(0, width).map((column) => ({ column, at: null })) : [];
  const targets: Target[] = [];
  for (const node of cols) {
    const target: ResTarget | undefined = 'ResTarget' in node ? node.ResTarget : undefined;
    const column = columnOf(relation, target?.name ?? '');
    if (!target || !column) return [];
    targets.push({ column, at: target.location ?? null });
  }
  return targets;
}

const isDefault = (node: Node | undefined): boolean => node === undefined || 'SetToDefault' in node;

/** In front of VALUES or SELECT. */
function overriding(context: RuleContext): Fix[] {
  const { tokens } = context;
  const at = tokens.findOutside(['values']) >= 0 ? tokens.findOutside(['values']) : tokens.findOutside(['select']);
  if (at < 0 || tokens.word(0) !== 'insert') return [];
  return [
    {
      title: 'Insert it OVERRIDING SYSTEM VALUE',
      safe: false,
      edits: [insertAt(tokens.span(at).start, `${keywords('OVERRIDING SYSTEM VALUE', context)} `)],
    },
  ];
}
