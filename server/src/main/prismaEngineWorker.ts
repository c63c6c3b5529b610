/**
 * Prisma's migration engine, in a thread of its own: it answers in some 50 ms that no key press should wait for, and
 * whatever it does wrong stays here.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import { adapterFactory, answerOfEmpty } from '../prismaEngine/adapter.ts';
import type { EngineAnswer, EngineQuery, EngineSettings, FromEngine, ToEngine } from '../prismaEngine/messages.ts';

const port = parentPort;
if (!port) throw new Error("Prisma's engine runs in a worker thread.");
const post = (message: FromEngine): void => port.postMessage(message);

const wasm = new WebAssembly.Instance(
  new WebAssembly.Module((workerData as EngineSettings).wasm as Uint8Array<ArrayBuffer>),
  { './schema_engine_bg.js': engine as unknown as WebAssembly.ModuleImports },
);
engine.__wbg_set_wasm(wasm.exports);
(wasm.exports.__wbindgen_start as () => void)();

/** The engine has several queries under way; their host gets one at a time. */
const unanswered: { query: EngineQuery; resolve: (answer: EngineAnswer) => void }[] = [];
let asked = 0;

function askNext(): void {
  const [first] = unanswered;
  if (first) post({ kind: 'query', id: ++asked, query: first.query });
}

const ask = (query: EngineQuery): Promise<EngineAnswer> =>
  new Promise((resolve) => {
    if (unanswered.push({ query, resolve }) === 1) askNext();
  });

port.on('message', (message: ToEngine) => {
  if (message.kind === 'answer') {
    unanswered.shift()?.resolve(message.answer);
    askNext();
  } else void script(message).then(post);
});

async function script({ from, to }: Extract<ToEngine, { kind: 'script' }>): Promise<FromEngine> {
  const files = to.map(([path, content]) => ({ path, content }));
  // the migrations have run in the database already
  const migrations = {
    baseDir: 'migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: [],
  };
  try {
    const differ = await engine.SchemaEngine.new(
      { datamodels: to.map(([path, content]) => [path, content]) },
      () => {},
      adapterFactory(from === 'empty' ? async (query) => answerOfEmpty(query) : ask),
    );
    try {
      const { stdout } = await differ.diff({
        from: from === 'empty' ? { tag: 'empty' } : { tag: 'migrations', ...migrations },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      });
      return { kind: 'script', sql: stdout ?? '' };
    } finally {
      differ.free();
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return {
      kind: 'failed',
      code: typeof code === 'string' ? code : null,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}
