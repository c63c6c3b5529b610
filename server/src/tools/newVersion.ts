/** The version in a new migration's name: after all that are there, in their form. */
import { baseName } from './paths.ts';

/** Digits of `20260131093000`. */
const timestampLength = 14;

/** UTC, as tools write it: `20260131093000`. */
export const timestamp = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, timestampLength);

/**
 * The version behind the last file's: its number and one in the same width, or a timestamp where it has one. Null when the
 * last file's name begins with no number, or with a date that has dashes.
 * @param names of files or folders, each with its version first, in order
 */
export function nextVersion(names: readonly string[], now: Date): string | null {
  const name = baseName(names.at(-1) ?? '');
  const last = /^\d+/.exec(name)?.[0];
  if (last === undefined || /^\d{4}[-_]\d{1,2}[-_]\d{1,2}/.test(name)) return null;
  const today = [
    timestamp(now),
    // seconds or milliseconds since 1970, as golang-migrate (`-format unix`) and others write them
    String(Math.floor(now.getTime() / 1000)),
    String(now.getTime()),
  ].find((version) => version.length === last.length);
  return today !== undefined && today > last ? today : (BigInt(last) + 1n).toString().padStart(last.length, '0');
}

/** Names of new files one after another, each with the version behind the one before. */
export function nextVersions(names: readonly string[], now: Date, count: number): string[] | null {
  const all = [...names];
  for (let i = 0; i < count; i++) {
    const version = nextVersion(all, now);
    if (version === null) return null;
    all.push(version);
  }
  return all.slice(names.length);
}
