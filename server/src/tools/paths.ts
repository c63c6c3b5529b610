/** Names and folders out of URIs, and the order of versions. */

export const parent = (uri: string): string => uri.slice(0, uri.lastIndexOf('/'));
export const baseName = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

/** By the number that a name begins with (as a number: 9 before 10), then by name. */
export function byVersion(a: string, b: string): number {
  const [m, n] = [leadingNumber(a), leadingNumber(b)];
  if (m !== n) return m < n ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const leadingNumber = (name: string): bigint => BigInt(/^\d+/.exec(name)?.[0] ?? 0);
