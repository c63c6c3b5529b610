/** Files that hold one database's SQL below another's, each below a comment that is nothing but the database's name. */
import type { SqlText } from '../../syntax/sqlText.ts';
import type { Section } from '../../tools/tool.ts';

const heading =
  /^[ \t]*--[- \t]*(?:(postgres(?:ql)?)|mysql|mariadb|sqlite|sql server|mssql|oracle|clickhouse)[ \t]*:?[- \t]*\r?$/gim;

/** What stands below another database's name is not reviewed; null for a file that names none but Postgres. */
export function sectionsByDatabase(sql: SqlText): readonly Section[] | null {
  const parts: { from: number; reviewed: boolean }[] = [{ from: 0, reviewed: true }];
  for (const i of sql.notable)
    for (const { index, 1: postgres } of sql.statements[i]?.leading.matchAll(heading) ?? [])
      parts.push({ from: (sql.starts[i] as number) + index, reviewed: postgres !== undefined });
  if (parts.every(({ reviewed }) => reviewed)) return null;
  const sections = parts.map(({ from, reviewed }, i) => ({
    from,
    to: parts[i + 1]?.from ?? sql.length,
    wrapping: 'none' as const,
    declared: false,
    reviewed,
  }));
  return sections.filter(({ from, to }) => from < to);
}
