/** One run of Alembic's history bench, in a process of its own: prints what it measured as JSON. Argument: the folder. */
import { pathToFileURL } from 'node:url';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';

const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
let started = performance.now();
await workspace.scan([pathToFileURL(process.argv[2] as string).href]);
const read = performance.now() - started;
const last = workspace.histories[0]?.files.at(-1) ?? '';
started = performance.now();
workspace.schemaAfter(last);
process.stdout.write(JSON.stringify({ read, replayed: performance.now() - started }));
