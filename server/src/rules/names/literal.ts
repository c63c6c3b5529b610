/** A string as a plain constant of SQL. */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
