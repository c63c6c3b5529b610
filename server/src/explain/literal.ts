/** As a literal of unknown type, which takes on the parameter's type. */
export function quoteLiteral(value: string | null): string {
  if (value === null) return 'NULL';
  const quoted = `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return value.includes('\\') ? `E${quoted}` : quoted;
}
