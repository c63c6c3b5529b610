/** The judge on Node: its embedded Postgres in a thread. */
import { nodeEmbedded } from '../database/embedded/nodeWorker.ts';
import { Judge } from '../judge/judge.ts';
import { assetPath } from './assets.ts';

export const createJudge = (): Judge => new Judge(nodeEmbedded(assetPath('embedded-worker.js'), assetPath('pglite')));
