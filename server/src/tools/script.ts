/** What the tools' forms have in common: statements as the text of a file, and files that are sent as one string. */
import type { Wrapping } from '../catalog/session.ts';
import type { SqlText } from '../syntax/sqlText.ts';
import type { NewMigration } from './tool.ts';

export const script = (statements: readonly string[]): string => statements.map((s) => `${s};\n`).join('');

/** The backward part of a new migration; without statements, a comment that says so. */
export const undoScript = ({ undo }: Pick<NewMigration, 'undo'>): string =>
  undo.length > 0 ? script(undo) : '-- Nothing to undo.\n';

/** @param until offset at which the string ends, for a file of two parts */
export function wrappingOfString(sql: SqlText, until = sql.length): Wrapping {
  let count = 0;
  for (let i = 0; i < sql.statements.length; i++) {
    const statement = sql.statements[i];
    if (!statement || (sql.starts[i] as number) + statement.bodyStart >= until) break;
    if (statement.parsed.kind !== 'none' && ++count === 2) return 'implicit';
  }
  return 'single';
}

/**
 * For tools that send a file as one string, in which several statements are one transaction: what must not share one becomes
 * a migration for each statement. What undoes them stands in the first, which is undone last.
 */
export function onePerString(migration: NewMigration): NewMigration[] {
  if (!migration.outsideTransaction || migration.statements.length < 2) return [migration];
  return migration.statements.map((statement, i) => ({
    ...migration,
    name: i === 0 ? migration.name : `${migration.name}_${i + 1}`,
    statements: [statement],
    undo: i === 0 ? migration.undo : [],
  }));
}
