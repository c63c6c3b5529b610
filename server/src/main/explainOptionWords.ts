import type { ExplainOption } from '../protocol.ts';

/** The options of EXPLAIN as the command line names them. */
export const explainOptionWords: Readonly<Record<string, ExplainOption>> = {
  buffers: 'buffers',
  settings: 'settings',
  verbose: 'verbose',
  wal: 'wal',
  memory: 'memory',
  serialize: 'serialize',
  generic: 'generic plan',
  'no-timing': 'timing off',
};
