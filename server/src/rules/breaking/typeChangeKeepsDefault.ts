import type { AlterTableStmt, Node } from '@pgsql/types';
import type { TypeName } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { isBuiltIn, needsUsing } from '../../facts/typeConversion.ts';
import { insertAt, quoteIdentifier } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { enumOf } from './enumTypes.ts';
import { typeChanges } from './typeChange.ts';

export default defineRule({
  id: 'type-change-keeps-default',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER COLUMN … TYPE of a column whose default cannot be turned into the new type.',
    why: 'USING converts the rows and not the default. When the default has no assignment cast to the new type, Postgres refuses the statement with "default for column … cannot be cast automatically to type …" (42804), whatever USING says.',
    fine: 'Never, where the files tell the default.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, paid integer DEFAULT 0);',
      unsafe: 'ALTER TABLE orders ALTER COLUMN paid TYPE boolean USING paid <> 0;',
      safe: 'ALTER TABLE orders ADD COLUMN is_paid boolean DEFAULT false;',
    },
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE orders (id bigint PRIMARY KEY, status text DEFAULT 'open');",
      unsafe: "ALTER TABLE orders ALTER COLUMN status TYPE status USING 'done'::status;",
      safe: "ALTER TABLE orders ADD COLUMN new_status status DEFAULT 'open';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { item, column, from, to, using } of typeChanges(stmt, context)) {
        // without USING, type-change-needs-using says it first
        if (using === null || using === 'assigned' || !column.default || column.generated) continue;
        const literal = literalType(column.default, from);
        if (!literal || dropsDefault(stmt, column.name) || !isRefused(literal, to, context)) continue;
        const name = quoteIdentifier(column.name);
        const again = sameWords(column.default, to, context);
        const fixes =
          again === null
            ? []
            : [
                {
                  title: 'Drop the default, and set it again of the new type',
                  safe: false,
                  edits: [
                    insertAt(item.span.start, `ALTER COLUMN ${name} DROP DEFAULT, `),
                    insertAt(item.span.end, `, ALTER COLUMN ${name} SET DEFAULT ${again}`),
                  ],
                },
              ];
        context.report(
          item.span,
          `This fails: the default of ${column.name} cannot be turned into ${printType(to)}.`,
          'DROP DEFAULT in the same ALTER TABLE, before the type change, and SET DEFAULT of the new type behind it.',
          fixes,
        );
      }
    },
  },
});

/** Type of a literal as Postgres keeps it: a string takes that of its column, a number its own. */
function literalType(expression: Node, column: TypeName): TypeName | null {
  if (!('A_Const' in expression) || expression.A_Const.isnull) return null;
  const { sval, ival, boolval } = expression.A_Const;
  const of = (name: string): TypeName => ({ schema: null, name, modifiers: [], array: false });
  return sval ? column : ival ? of('int4') : boolval ? of('bool') : null;
}

function isRefused(literal: TypeName, to: TypeName, { before }: RuleContext): boolean {
  if (needsUsing(literal, to)) return true;
  const [a, b] = [enumOf(literal, before), enumOf(to, before)];
  return b !== null && a !== b && (a !== null || isBuiltIn(literal));
}

const dropsDefault = (stmt: AlterTableStmt, column: string): boolean =>
  (stmt.cmds ?? []).some(
    (c) =>
      'AlterTableCmd' in c &&
      c.AlterTableCmd.subtype === 'AT_ColumnDefault' &&
      c.AlterTableCmd.name === column &&
      !c.AlterTableCmd.def,
  );

/** The old default's words where they are a value of the new type as well. */
function sameWords(expression: Node, to: TypeName, { before }: RuleContext): string | null {
  const type = enumOf(to, before);
  const text = 'A_Const' in expression ? expression.A_Const.sval?.sval : undefined;
  return text !== undefined && type?.values.includes(text) ? `'${text.replaceAll("'", "''")}'` : null;
}
