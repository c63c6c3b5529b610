/** SQL as a block of Markdown, whatever the SQL holds. */
export function fence(sql: string): string {
  let marks = '```';
  while (sql.includes(marks)) marks += '`';
  return `${marks}sql\n${sql}\n${marks}`;
}
