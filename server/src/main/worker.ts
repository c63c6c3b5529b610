/** The reviewing thread: the language server over a message port. The supervisor (lsp.ts) starts and ends it. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createConnection, PortMessageReader, PortMessageWriter, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.ts';
import { createGuard, isHeartbeat, type WorkerStart } from './watch.ts';

const port = parentPort as MessagePort;
const start = workerData as WorkerStart;

// answered in turn with LSP's messages: no answer means that the thread is stuck in one of them
port.on('message', (message: unknown) => {
  if (isHeartbeat(message)) setImmediate(() => port.postMessage({ pgreview: 'pong' }));
});

const reader = new PortMessageReader(port);
const listen = reader.listen.bind(reader);
reader.listen = (callback) => listen((message) => (isHeartbeat(message) ? undefined : callback(message)));

startServer(createConnection(ProposedFeatures.all, reader, new PortMessageWriter(port)), {
  guard: createGuard(start),
  refusedFiles: start.refusedFiles,
});
