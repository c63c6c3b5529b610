/**
 * Postgres itself, in a thread that can be terminated: PGlite does not enforce statement_timeout, so its host ends the
 * thread at the deadline. Answers in the text that Postgres sends, because plans can nest deeper than a structured clone
 * survives.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { brotliDecompressSync } from 'node:zlib';
import { type messages, PGlite, protocol } from '@electric-sql/pglite';
import {
  type ErrorFields,
  platformSchema,
  type QueryMessage,
  type Question,
  type SizeMessage,
  type WorkerMessage,
  type WorkerSettings,
} from './messages.ts';
import { tallTree } from './tallTree.ts';

const port = parentPort;
if (!port) throw new Error('The embedded Postgres runs in a worker thread.');
const post = (message: WorkerMessage): void => port.postMessage(message);

// for the test that nobody waits for this thread
const frozenMs = Number(process.env.PGREVIEW_FREEZE_EMBEDDED_MS);
if (frozenMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, frozenMs);

start(workerData as WorkerSettings).then(
  (postgres) => {
    port.on('message', (message: Question) => {
      if (message.kind === 'size') setSize(postgres, message);
      else void answer(postgres, message);
    });
    post({ kind: 'ready' });
  },
  (error: unknown) => post({ kind: 'startFailed', message: String(error) }),
);

async function start({ assets, bundles, preload }: WorkerSettings): Promise<PGlite> {
  const read = (name: string) => readFileSync(join(assets, name));
  const pglite = new WebAssembly.Module(read('pglite.wasm'));
  return PGlite.create({
    pgliteWasmModule: pglite,
    // Never run: the data directory comes ready-made. Without a module here PGlite looks for its file.
    initdbWasmModule: pglite,
    fsBundle: new Blob([read('pglite.data')]),
    loadDataDir: new Blob([brotliDecompressSync(read('data.tar.br'))]),
    extensions: Object.fromEntries(
      bundles.map((name) => [name, pathToFileURL(join(assets, 'extensions', `${name}.tar.gz`))]),
    ),
    startParams: [
      ...PGlite.defaultStartParams,
      // the default of 128 MB would only take the editor's memory
      ...['-c', 'shared_buffers=16MB'],
      ...['-c', `shared_preload_libraries=${preload.join()}`],
      // what is in no schema that is there is passed over
      ...['-c', `search_path="$user",public,${platformSchema}`],
    ],
    // Postgres's log would end up on the language server's stdout, which carries the protocol.
    onStdout: () => true,
    onStderr: () => true,
  });
}

const { serialize } = protocol;

async function answer(postgres: PGlite, message: QueryMessage): Promise<void> {
  const send = (message: Uint8Array) => postgres.execProtocol(message, { throwOnError: false });
  const { guarded } = message;
  try {
    if (guarded) await send(serialize.query(`SAVEPOINT ${guard}`));
    const { messages } = await send(request(message));
    const error = messages.find((message) => message.name === 'error') as messages.DatabaseError | undefined;
    if (guarded) await send(serialize.query(`${error ? `ROLLBACK TO ${guard};` : ''} RELEASE ${guard}`));
    if (error) return post({ kind: 'error', error: fields(error) });
    const rows = messages.flatMap((message) =>
      message.name === 'dataRow' ? [(message as messages.DataRowMessage).fields] : [],
    );
    // after endless recursion it answers nothing any more
    if (!messages.some((message) => message.name === 'readyForQuery')) return post({ kind: 'crashed' });
    const described = messages.find((message) => message.name === 'rowDescription');
    const columns = (described as messages.RowDescriptionMessage | undefined)?.fields ?? [];
    post({ kind: 'rows', rows, columns: columns.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })) });
  } catch {
    post({ kind: 'crashed' });
  }
}

/** A relation's file is cut into parts of so many pages: the second is called `FILE.1`. */
const pagesOfPart = 131_072;
const pageSize = 8_192;

/** Its file system is in memory, where a file's size is a number: nothing is allocated. */
function setSize(postgres: PGlite, { file, pages, height }: SizeMessage): void {
  try {
    const { FS } = postgres.Module;
    for (let part = 0; part * pagesOfPart < pages; part++) {
      const path = `/pglite/data/${file}${part === 0 ? '' : `.${part}`}`;
      if (!FS.analyzePath(path).exists) FS.writeFile(path, new Uint8Array(0));
      const tree = part === 0 && height !== undefined ? tallTree(FS.readFile(path), height) : null;
      if (tree) FS.writeFile(path, tree);
      const node = FS.lookupPath(path, {}).node as { usedBytes: number };
      node.usedBytes = Math.max(node.usedBytes, Math.min(pages - part * pagesOfPart, pagesOfPart) * pageSize);
    }
    post({ kind: 'rows', rows: [], columns: [] });
  } catch {
    post({ kind: 'crashed' });
  }
}

/** A savepoint that no file makes. */
const guard = '"pgreview guard"';

function request({ sql, kind, parameters = [] }: QueryMessage): Uint8Array {
  if (kind === 'run') return serialize.query(sql);
  const parse = serialize.parse({ text: sql });
  if (kind === 'prepare') return joined([parse, serialize.sync()]);
  const bind = serialize.bind({ values: [...parameters] });
  return joined([parse, bind, serialize.describe({ type: 'P' }), serialize.execute(), serialize.sync()]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function fields({ message, code, position, detail, hint, where }: messages.DatabaseError): ErrorFields {
  return { message, code, position, detail, hint, where };
}
