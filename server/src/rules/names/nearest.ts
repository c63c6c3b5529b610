/** What was meant by a name that does not exist: the finding at its word, and the fix. */
import { truncatedName } from '../../catalog/objectNames.ts';
import { systemRelations } from '../../facts/systemRelations.ts';
import { distance } from '../../syntax/errors/keywords/distance.ts';
import type { Span, Tokens } from '../../syntax/tokens.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** The names that are fewer edits away than all others, at most two; none when all are farther. */
export function nearestNames(name: string, candidates: Iterable<string>): readonly string[] {
  const lower = name.toLowerCase();
  let least = name.length < 5 ? 1 : 2;
  let nearest: string[] = [];
  for (const candidate of new Set(candidates)) {
    if (candidate === name || Math.abs(candidate.length - name.length) > least) continue;
    const far = distance(candidate.toLowerCase(), lower);
    if (far > least) continue;
    if (far < least) nearest = [];
    least = far;
    nearest.push(candidate);
  }
  return nearest;
}

/** Those of Postgres itself that a misspelt table may be meant to be. */
export function systemNames(schema: string | undefined): readonly string[] {
  return [...(systemRelations(schema ?? 'pg_catalog')?.keys() ?? [])];
}

/**
 * Whether SQL that is built when it runs may have made a table or index of that name: such names differ from one another by a
 * number, or are that of a partitioned table with something behind it.
 */
export function mayBeBuilt(name: string, known: readonly { readonly name: string; readonly kind: string }[]): boolean {
  const rest = withoutNumbers(name);
  return known.some(
    (other) =>
      withoutNumbers(other.name) === rest || (other.kind === 'partitioned' && name.startsWith(`${other.name}_`)),
  );
}

const withoutNumbers = (name: string): string => name.replace(/_?\d+/g, '');

/** `Is orders meant?`, or that the difference is upper case. */
export function meantText(name: string, [meant = '', ...more]: readonly string[]): string {
  if (more.length > 0) return `Is ${meant} or ${more[0]} meant?`;
  return meant.toLowerCase() === name.toLowerCase()
    ? `There is ${quoteIdentifier(meant)}: Postgres turns names without double quotes into lower case.`
    : `Is ${meant} meant?`;
}

/** One where it is clear what is meant. */
export const fixesFor = ([meant, ...more]: readonly string[], place: Span): Fix[] =>
  meant !== undefined && more.length === 0 ? [changeTo(meant, place)] : [];

export const changeTo = (meant: string, { start, end }: Span): Fix => ({
  title: `Change it to ${meant}`,
  safe: false,
  edits: [{ start, end, newText: quoteIdentifier(meant) }],
});

/** As Postgres reads an identifier. */
export const identifierIn = (written: string): string =>
  truncatedName(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase());

/**
 * The word of the dotted name at `location` that is `name`: null when something else stands there, such as a placeholder.
 * @param part number of the word in the dotted name
 */
export function wordAt(tokens: Tokens, location: number, part: number, name: string): Span | null {
  return wordOf(tokens, tokens.at(location) + 2 * part, name);
}

/** The token, if it is that name. */
export function wordOf(tokens: Tokens, i: number, name: string): Span | null {
  const token = tokens.all[i];
  return token && identifierIn(tokens.written(i)) === name ? { start: token.start, end: token.end } : null;
}
