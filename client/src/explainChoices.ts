// What "Explain Query With…" offers. Knows nothing of VS Code.
import type { ExplainOption } from '../../server/src/protocol.ts';

export interface HowToExplain {
  readonly analyze: boolean;
  /** Absent: the server chooses. */
  readonly options?: readonly ExplainOption[];
}

export type Choice = 'analyze' | ExplainOption;

/** In the order in which they are offered. */
export const choices: readonly { readonly choice: Choice; readonly label: string; readonly description: string }[] = [
  { choice: 'analyze', label: 'ANALYZE', description: 'run the statement and measure it; rolled back' },
  { choice: 'buffers', label: 'BUFFERS', description: 'pages from memory and from disk' },
  {
    choice: 'verbose',
    label: 'VERBOSE',
    description:
      'the columns that each node gives, schemas, names in full; with ANALYZE, what each parallel worker did',
  },
  { choice: 'settings', label: 'SETTINGS', description: 'settings of the planner that are not the default' },
  { choice: 'wal', label: 'WAL', description: 'how much is written to the log; with ANALYZE' },
  { choice: 'timing off', label: 'TIMING OFF', description: 'count rows, but take no time of each node; with ANALYZE' },
  { choice: 'memory', label: 'MEMORY', description: 'what planning took; PostgreSQL 17 or later' },
  {
    choice: 'serialize',
    label: 'SERIALIZE',
    description: 'make text of the rows, as for a client; with ANALYZE, PostgreSQL 17 or later',
  },
  {
    choice: 'generic plan',
    label: 'Generic plan',
    description: 'for unknown values of the parameters; otherwise for those that you give',
  },
];

const first: readonly Choice[] = ['analyze', 'buffers', 'settings'];

/** @param kept what was chosen last, as it was kept; what is not known any more is left out */
export function chosenLast(kept: unknown): readonly Choice[] {
  if (!Array.isArray(kept)) return first;
  return choices.flatMap(({ choice }) => (kept.includes(choice) ? [choice] : []));
}

export function howToExplain(chosen: readonly Choice[]): HowToExplain {
  return { analyze: chosen.includes('analyze'), options: chosen.filter((choice) => choice !== 'analyze') };
}
