/** Starts the embedded Postgres, says so, and asks it what never ends. For embeddedProcess.test.ts, as a process or a thread. */
import { parentPort } from 'node:worker_threads';
import { Instance } from '../../../server/src/database/embedded/instance.ts';
import { embeddedFiles } from './embedded.ts';

const { startWorker } = await embeddedFiles();
const instance = await Instance.start(startWorker, []);
const asked = instance.query('DO $$ BEGIN LOOP END LOOP; END $$');
if (parentPort) parentPort.postMessage('asked');
else process.stdout.write('asked\n');
await asked;
