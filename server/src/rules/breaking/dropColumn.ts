import type { AlterTableStmt } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { isCopied, isEmpty, isOwnColumn } from '../../catalog/ownChanges.ts';
import { type AlterCommand, commandsInUse, needsEmptyTable, type TargetTable } from '../alterTable.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'drop-column',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP COLUMN on a table that is in use.',
    why: 'The data is gone for good, and every client that still names the column (an ORM selects all of them) fails from this moment until its new version is out.',
    fine: 'The version of the code that is running no longer uses the column: release that first, then drop it.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, nickname text);',
      unsafe: 'ALTER TABLE users DROP COLUMN nickname;',
      safe: "COMMENT ON COLUMN users.nickname IS 'unused since release 42, drop in release 43';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsInUse(stmt, context)) {
        const { command, table, span } = item;
        if (command.subtype !== 'AT_DropColumn') continue;
        if (isOwnColumn(table.key, command.name ?? '', context.before)) continue;
        // with a row in the table the statement fails, which has a rule of its own
        if (needsEmptyTable(stmt, context)) continue;
        const empty = isEmpty(table.key, context.before);
        if (isAddedAnew(stmt, command.name)) {
          if (empty) continue;
          context.report(
            span,
            `Dropping ${command.name} and adding it anew loses its data.`,
            'Change its type in place (ALTER COLUMN … TYPE … USING), or add a column of another name and copy the values first.',
          );
          continue;
        }
        const copied = isCopied(table.key, command.name ?? '', context.before);
        const loses = empty || copied ? '' : 'loses its data and ';
        const unless = copied ? ', unless its copy takes the name' : '';
        context.report(
          span,
          `Dropping ${command.name} ${loses}breaks clients that still read or write it in ${table.written}${unless}.`,
          'Release code that no longer uses the column first; drop it in a later release.',
          inTwoReleases(item, context),
        );
      }
    },
  },
});

/**
 * Code that no longer knows the column cannot insert while that is NOT NULL without a default: now only this goes, and the
 * column itself in a migration that is held back until the code is out.
 */
function inTwoReleases(item: AlterCommand & { readonly table: TargetTable }, context: RuleContext): Fix[] {
  const { command, table, span, head } = item;
  const name = command.name ?? '';
  const column = columnOf(table.relation, name);
  const isKey = table.relation?.constraints.some((c) => c.kind === 'primary' && c.columns.includes(name)) ?? true;
  if (!column?.notNull || column.hasDefault || isKey || !context.takesFollowUps) return [];
  return [
    {
      title: 'Only drop NOT NULL now, and the column in a migration of its own, for the next release',
      safe: false,
      forwardOnly: true,
      edits: [{ ...span, newText: `ALTER COLUMN ${quoteIdentifier(name)} DROP NOT NULL` }],
      followUps: [
        {
          name: `drop_${name}_of_${table.name}`,
          statements: [`${head} ${context.text.slice(span.start, span.end)}`],
          outsideTransaction: false,
        },
      ],
    },
  ];
}

const isAddedAnew = ({ cmds }: AlterTableStmt, column: string | undefined): boolean =>
  (cmds ?? []).some((node) => {
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    const def = command?.def && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
    return command?.subtype === 'AT_AddColumn' && def?.colname === column;
  });
