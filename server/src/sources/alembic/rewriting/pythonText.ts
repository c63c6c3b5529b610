/** New Python as the author writes it: quotes, indents, and the width of lines. */

export interface Style {
  /** What Alembic's operations are called on. */
  readonly op: string;
  readonly quote: '"' | "'";
  /** One step of indentation. */
  readonly unit: string;
  /** What SQLAlchemy's names are called on; null where it is not imported so. */
  readonly sa: string | null;
  /** Names of constraints are taken as they are: there is no naming convention. */
  readonly plainNames?: boolean;
}

/** Black's; most projects have it. */
const width = 88;

/**
 * Null where the file neither imports `op` nor is given it.
 * @param near code whose quotes count, where it has some
 */
export function styleOf(text: string, near = ''): Style | null {
  const imported = /^[^\S\r\n]*from\s+alembic\s+import\s+(?:\(\s*)?(?:\w+\s*,\s*)*op(?:\s+as\s+(\w+))?\b/m.exec(text);
  if (!imported && !/^def upgrade\((?:\w+,\s*)*op\b/m.test(text)) return null;
  const strings = text.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''/g, '');
  const count = (quote: string): number => strings.split(quote).length;
  return {
    op: imported?.[1] ?? 'op',
    quote: (/["']/.exec(near)?.[0] as Style['quote'] | undefined) ?? (count("'") > count('"') ? "'" : '"'),
    sa: /^import\s+sqlalchemy\s+as\s+(\w+)/m.exec(text)?.[1] ?? null,
    unit: /^(?:async\s+)?def\b[^\n]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]+)\S/m.exec(text)?.[1] ?? '    ',
  };
}

/** A string literal. */
export function literal(value: string, { quote }: Style): string {
  const escaped = value.replaceAll('\\', '\\\\');
  if (value.includes('\n')) {
    const inner = escaped.replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"');
    return `"""${inner}"""`;
  }
  const other = quote === '"' ? "'" : '"';
  const used = value.includes(quote) && !value.includes(other) ? other : quote;
  return `${used}${escaped.replaceAll(used, `\\${used}`)}${used}`;
}

/** SQL as SQLAlchemy's text() takes it: a word behind a colon would be a parameter. */
export const sqlLiteral = (sql: string, style: Style): string =>
  literal(sql.replace(/(?<![:\w\\]):(?=\w)/g, '\\:'), style);

/** @param indent of the line that the call begins */
export function callText(callee: string, args: readonly string[], indent: string, { unit }: Style): string {
  const line = `${callee}(${args.join(', ')})`;
  const triple = args.some((a) => a.includes('\n'));
  if (triple || indent.length + line.length <= width) return line;
  // a lone argument takes no comma
  const comma = args.length > 1 ? ',' : '';
  return `${callee}(\n${args.map((a, i) => `${indent}${unit}${a}${i < args.length - 1 ? ',' : comma}\n`).join('')}${indent})`;
}
