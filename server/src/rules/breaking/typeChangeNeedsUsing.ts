import type { TypeName } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { canCast, needsUsing } from '../../facts/typeConversion.ts';
import { insertAt, quoteIdentifier } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { enumOf, isText } from './enumTypes.ts';
import { typeChanges } from './typeChange.ts';

export default defineRule({
  id: 'type-change-needs-using',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER COLUMN … TYPE between types that Postgres does not turn into one another by itself, without USING.',
    why: 'Only casts that are allowed in an assignment are applied without being asked for; text to integer, integer to boolean, text to uuid, text to an enum or one enum to another are not. Postgres refuses the statement with "column … cannot be cast automatically to type …" (42804), even when the table is empty.',
    fine: 'Never, where the files tell the type of the column.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount text, paid integer);',
      unsafe: 'ALTER TABLE orders ALTER COLUMN paid TYPE boolean;',
      safe: 'ALTER TABLE orders ADD COLUMN is_paid boolean;',
    },
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE orders (id bigint PRIMARY KEY, status text);",
      unsafe: 'ALTER TABLE orders ALTER COLUMN status TYPE status;',
      safe: 'ALTER TABLE orders ADD COLUMN new_status status;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { item, column, from, to, written, using, typeEnd } of typeChanges(stmt, context)) {
        if ((using !== null && using !== 'assigned') || !isRefused(from, to, context)) continue;
        const name = quoteIdentifier(column.name);
        const expression = isCast(from, to, context) ? castOf(name, from, written, context) : null;
        const fixes =
          expression === null || using !== null
            ? []
            : [
                {
                  title: `Convert the values: USING ${expression}`,
                  safe: false,
                  edits: [insertAt(typeEnd, ` USING ${expression}`)],
                },
              ];
        context.report(
          item.span,
          `This fails: Postgres does not turn ${printType(from)} into ${printType(to)} by itself.`,
          expression === null
            ? 'Say by USING how a new value is made from an old one.'
            : `Say how by USING ${expression}; that is refused where a value does not read as ${printType(to)}.`,
          fixes,
        );
      }
    },
  },
});

function isRefused(from: TypeName, to: TypeName, context: RuleContext): boolean {
  if (needsUsing(from, to)) return true;
  const [a, b] = [enumOf(from, context.before), enumOf(to, context.before)];
  if (b) return isText(from) || (a !== null && a !== b);
  return a !== null && needsUsing({ ...from, schema: null, name: 'text' }, to);
}

const isCast = (from: TypeName, to: TypeName, context: RuleContext): boolean =>
  enumOf(to, context.before) !== null || canCast(from, to);

const castOf = (name: string, from: TypeName, written: string, context: RuleContext): string =>
  enumOf(from, context.before) ? `${name}::text::${written}` : `${name}::${written}`;
