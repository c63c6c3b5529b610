/** `pgreview/drift`: a history against a database. Loaded when it is first asked for. */
import { serverDatabase } from '../database/server/serverDatabase.ts';
import { compareCatalogs } from '../drift/compareCatalogs.ts';
import { driftTexts } from '../drift/driftTexts.ts';
import { comparePrismaMigrations } from '../drift/prismaMigrations.ts';
import type { LanguageService } from '../languageService.ts';
import { readCatalog } from '../live/readCatalog.ts';
import type { DriftParams, DriftResult } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';

/** Milliseconds for each query of the system catalogs. */
const timeoutMs = 30_000;

/** @throws {Error} with a clear message */
export async function drift(
  service: LanguageService,
  parser: Parser,
  { history, upTo, target }: DriftParams,
  signal: AbortSignal,
): Promise<DriftResult> {
  const files = service.schemaBehind(history, upTo);
  if (!files) throw new Error('This migration is not there any more.');
  const { name, url, password } = target;
  const session = await serverDatabase({ name, url, ...(password === undefined ? {} : { password }) }).open({ signal });
  try {
    const sides = { files, database: await readCatalog(session, 'made', parser, { signal, timeoutMs }) };
    const differences = compareCatalogs(sides);
    const migrations = service.prismaMigrations(history);
    const recorded = migrations ? await comparePrismaMigrations(session, migrations, { signal, timeoutMs }) : [];
    return {
      differences: [...recorded, ...differences].map(({ kind, object, files, database }) => ({
        kind,
        object,
        files,
        database,
      })),
      ...driftTexts(sides, differences, parser),
    };
  } finally {
    await session.close();
  }
}
