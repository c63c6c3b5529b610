/** The language server's entry: the editor's side of the protocol, over Node's IPC or standard input and output. */
import { IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { assetPath } from './assets.ts';
import { Supervisor } from './supervisor.ts';

const overIpc = process.argv.includes('--node-ipc');
const reader = overIpc ? new IPCMessageReader(process) : new StreamMessageReader(process.stdin);
const writer = overIpc ? new IPCMessageWriter(process) : new StreamMessageWriter(process.stdout);
// an editor that is gone leaves nobody to work for
if (overIpc) process.on('disconnect', () => process.exit(1));

new Supervisor(reader, writer, {
  workerPath: assetPath('server-worker.js'),
  patienceMs: Number(process.env.PGREVIEW_PATIENCE_MS) || 20_000,
}).run();
