/** The name that somebody may have meant. */

/** The only one that differs in at most two letters (one, in short names); null when there is none or several. */
export function nearest(written: string, names: readonly string[]): string | null {
  const most = written.length < 5 ? 1 : 2;
  const near = names.filter((name) => distance(written, name) <= most);
  return near.length === 1 ? (near[0] ?? null) : null;
}

/** How many letters have to be put in, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
