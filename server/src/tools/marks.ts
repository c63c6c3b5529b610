/** Where a tool's mark stands in a file. */
import type { SqlText } from '../syntax/sqlText.ts';

/** Marks stand in notable statements: the whole text need not be searched at each key. */
export const marksOf = (sql: SqlText): string => sql.notable.map((i) => sql.statements[i]?.text ?? '').join('\n');

/** Offset of the first match; the text's length when there is none. */
export function offsetOf(pattern: RegExp, sql: SqlText): number {
  for (const i of sql.notable) {
    const at = sql.statements[i]?.text.search(pattern) ?? -1;
    if (at >= 0) return (sql.starts[i] as number) + at;
  }
  return sql.length;
}
