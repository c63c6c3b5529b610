/** Numbers as Python writes them. */

/** A literal, without its underscores, as `str()` gives it. */
export function numberText(literal: string): string {
  if (/^(?:\d+|0[xob][0-9a-f]+)$/i.test(literal)) return /^0+$/.test(literal) ? '0' : BigInt(literal).toString();
  const value = Number(literal);
  return Number.isFinite(value) ? floatText(value) : literal;
}

/** The shortest digits that mean the same; an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return value.toExponential().replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
