import { fileURLToPath } from 'node:url';
import { embeddedPostgresFiles } from '../../../scripts/embeddedPostgres.mjs';
import { type EmbeddedFiles, nodeEmbedded } from '../../../server/src/database/embedded/nodeProcess.ts';

/** The embedded Postgres as the language server starts it, from its sources instead of its bundles. */
export async function embeddedFiles(): Promise<EmbeddedFiles> {
  const source = (name: string): string =>
    fileURLToPath(new URL(`../../../server/src/database/embedded/${name}.ts`, import.meta.url));
  return nodeEmbedded({ host: source('host'), worker: source('worker') }, await embeddedPostgresFiles());
}
