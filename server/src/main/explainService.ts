/** The explain service on Node: the embedded Postgres in a process, servers over pg. */
import { serverDatabase } from '../database/server/serverDatabase.ts';
import { ExplainService } from '../explain/explainService.ts';
import type { Parser } from '../syntax/parser.ts';
import { embeddedFiles } from './embeddedFiles.ts';

export function createExplainService(parser: Parser): ExplainService {
  return new ExplainService({
    parser,
    ...embeddedFiles(),
    openServer: ({ name, url, password }) =>
      serverDatabase({ name, url, ...(password === undefined ? {} : { password }) }),
  });
}
