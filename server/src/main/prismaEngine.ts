/** Prisma's engine on Node: in a thread, from its WASM file beside the bundle or in node_modules. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineSettings, EngineWorker, FromEngine, StartEngine, ToEngine } from '../prismaEngine/messages.ts';
import { assetPath } from './assets.ts';

/** @param file the bundled worker (dist/prisma-engine-worker.js), or its source under Node's type stripping */
export const startPrismaEngine =
  (file = assetPath('prisma-engine-worker.js')): StartEngine =>
  () =>
    startEngine(file);

function startEngine(file: string): EngineWorker {
  const workerData: EngineSettings = { wasm: readFileSync(wasmFile()) };
  // its output is nobody's: the language server's stdout carries the protocol
  const worker = new Worker(file, { workerData, stdout: true, stderr: true });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  return {
    post: (message: ToEngine) => worker.postMessage(message),
    onMessage: (listener: (message: FromEngine) => void) => void worker.on('message', listener),
    onExit(listener) {
      worker.on('error', (error) => listener(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => listener(`it ended with ${code}`));
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

function wasmFile(): string {
  const bundled = assetPath('prisma-engine.wasm');
  if (existsSync(bundled)) return bundled;
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  return join(dirname(entry), 'schema_engine_bg.wasm');
}
