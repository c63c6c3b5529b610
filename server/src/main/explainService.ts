/** The explain service on Node: the embedded Postgres in a thread, servers over pg. */
import { nodeEmbedded } from '../database/embedded/nodeWorker.ts';
import { serverDatabase } from '../database/server/serverDatabase.ts';
import { ExplainService } from '../explain/explainService.ts';
import type { Parser } from '../syntax/parser.ts';
import { assetPath } from './assets.ts';

export function createExplainService(parser: Parser): ExplainService {
  return new ExplainService({
    parser,
    ...nodeEmbedded(assetPath('embedded-worker.js'), assetPath('pglite')),
    openServer: ({ name, url, password }) =>
      serverDatabase({ name, url, ...(password === undefined ? {} : { password }) }),
  });
}
