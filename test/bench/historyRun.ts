/** One run of the history bench, in a process of its own: prints what it measured as JSON. Argument: the folder. */
import { pathToFileURL } from 'node:url';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';

const since = (started: number): number => performance.now() - started;

const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
let started = performance.now();
await workspace.scan([pathToFileURL(process.argv[2]!).href]);
const read = since(started);
const files = workspace.histories[0]!.files;

started = performance.now();
workspace.schemaBefore(files.at(-1)!);
const replayed = since(started);

for (const uri of [files[12]!, files.at(-1)!]) workspace.open(uri, '', Text.of((await nodeFiles.read(uri))!));
for (const uri of [files[12]!, files.at(-1)!]) workspace.review(uri);
const edits: number[] = [];
for (let n = 0; n < 40; n++) {
  started = performance.now();
  // a column more, and gone again
  const at = workspace.get(files[12]!)!.text.toString().indexOf('(') + 1;
  const added = ' extra bigint,';
  workspace.change(
    files[12]!,
    n % 2 ? { from: at, to: at + added.length, inserted: '' } : { from: at, to: at, inserted: added },
  );
  workspace.review(files[12]!);
  workspace.review(files.at(-1)!);
  edits.push(since(started));
}
process.stdout.write(JSON.stringify({ read, replayed, edits: edits.slice(4) }));
