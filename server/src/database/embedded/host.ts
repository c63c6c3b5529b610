/**
 * The process around the embedded Postgres: it starts the thread in which that runs, and hands messages on. A process of its own
 * gives all of its memory back when it ends, can be told how to keep little of it, and a crash in it is no crash of the editor's.
 * It ends with whoever started it, whatever the thread is doing: killing that one is enough.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { heapLimits } from './memory.ts';
import type { Question, WorkerMessage, WorkerSettings } from './messages.ts';

// V8's optimizing compiler takes 600 MB for Postgres's code, and makes no replay faster
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--no-wasm-dynamic-tiering');

const [file = '', settings = '{}'] = process.argv.slice(2);
const worker = new Worker(file, {
  workerData: JSON.parse(settings) as WorkerSettings,
  resourceLimits: heapLimits,
  stdout: true,
  stderr: true,
});
worker.stdout.resume();
worker.stderr.resume();

// whoever waits at the other end may be gone
const tell = (message: WorkerMessage): void => void process.send?.(message, undefined, {}, () => {});
worker.on('message', tell);
worker.on('error', (error) => tell({ kind: 'ended', reason: error instanceof Error ? error.message : String(error) }));
worker.on('exit', (code) => tell({ kind: 'ended', reason: `it ended with ${code}` }));
process.on('message', (message: Question) => worker.postMessage(message));
process.on('disconnect', () => process.exit());
