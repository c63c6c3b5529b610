/** The embedded Postgres on Node, in a process of its own. */
import { type EmbeddedFiles, nodeEmbedded } from '../database/embedded/nodeProcess.ts';
import { assetPath } from './assets.ts';

export const embeddedFiles = (): EmbeddedFiles =>
  nodeEmbedded({ host: assetPath('embedded-host.js'), worker: assetPath('embedded-worker.js') }, assetPath('pglite'));
