/**
 * Which options EXPLAIN is given: those that were chosen, as far as the server takes them and they fit together
 * (postgresql.org/docs/current/sql-explain.html, and the same page of 12 to 17; tried on servers 14 to 18).
 */
import type { ExplainOption } from '../protocol.ts';

export interface Circumstances {
  readonly analyze: boolean;
  /** The statement changes rows. */
  readonly writes: boolean;
  /** Of the server. */
  readonly version: { readonly number: number; readonly text: string };
  readonly hasParameters: boolean;
}

export interface ChosenOptions {
  /** As they stand in EXPLAIN's parentheses. */
  readonly words: readonly string[];
  /** Plan for unknown values, even where they are known. */
  readonly generic: boolean;
  /** A sentence for each option that was left out, and why. */
  readonly notes: readonly string[];
}

interface Option {
  readonly word: string;
  /** The first version that has it, as `server_version_num`. */
  readonly since?: number;
  /** Postgres refuses it without ANALYZE. */
  readonly needsAnalyze?: boolean;
}

const known: Readonly<Record<Exclude<ExplainOption, 'generic plan'>, Option>> = {
  buffers: { word: 'BUFFERS' },
  verbose: { word: 'VERBOSE' },
  settings: { word: 'SETTINGS', since: 120000 },
  wal: { word: 'WAL', since: 130000, needsAnalyze: true },
  memory: { word: 'MEMORY', since: 170000 },
  serialize: { word: 'SERIALIZE', since: 170000, needsAnalyze: true },
  'timing off': { word: 'TIMING OFF', needsAnalyze: true },
};

/** @param chosen absent: what serves the statement best */
export function explainOptions(chosen: readonly ExplainOption[] | undefined, given: Circumstances): ChosenOptions {
  const { analyze, version, hasParameters } = given;
  const words = ['FORMAT JSON', ...(analyze ? ['ANALYZE'] : [])];
  const notes: string[] = [];
  for (const option of new Set(chosen ?? usual(given))) {
    if (option === 'generic plan') continue;
    const { word, since = 0, needsAnalyze = false } = known[option];
    if (version.number < since)
      notes.push(
        `${word} was left out: PostgreSQL ${since / 10000} is the first that has it, and this is ${version.text}.`,
      );
    else if (needsAnalyze && !analyze)
      notes.push(`${word} was left out: it is about a statement that runs, and ANALYZE was not chosen.`);
    else if (option === 'buffers' && !analyze && version.number < 130000)
      notes.push(`BUFFERS was left out: before PostgreSQL 13 it needs ANALYZE.`);
    else words.push(word);
  }
  // from 18 on, ANALYZE brings them along
  if (analyze && chosen && !chosen.includes('buffers')) words.push('BUFFERS OFF');
  const generic = chosen?.includes('generic plan') ?? false;
  if (generic && !hasParameters)
    notes.push('The generic plan was left out: the statement has no parameters, so it has but one plan.');
  return { words, generic: generic && hasParameters, notes };
}

function usual({ analyze, writes, version }: Circumstances): ExplainOption[] {
  const options: ExplainOption[] = ['settings'];
  if (analyze) options.push('buffers');
  if (analyze && writes && version.number >= 130000) options.push('wal');
  return options;
}
