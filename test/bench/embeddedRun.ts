/**
 * One run of the bench of the embedded Postgres, in a process of its own: prints what it measured as JSON. Arguments: the folder of
 * a project with a history in SQL, and that of the build.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { Instance } from '../../server/src/database/embedded/instance.ts';
import { nodeEmbedded } from '../../server/src/database/embedded/nodeProcess.ts';
import { judgeSubjectOf } from '../../server/src/features/judged.ts';
import { Judge } from '../../server/src/judge/judge.ts';
import type { JudgeSubject } from '../../server/src/judge/subject.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';
import type { EmbeddedRun } from './embedded.ts';
import { descendants, peakMemory } from './processTree.ts';

const [folder = '', dist = ''] = process.argv.slice(2);
const since = (started: number): number => performance.now() - started;

const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
await workspace.scan([pathToFileURL(folder).href]);
const files = workspace.histories
  .map((history) => history.files)
  .filter((members) => members.every((uri) => uri.endsWith('.sql')))
  .reduce((longest, members) => (members.length > longest.length ? members : longest));
const last = files.at(-1) as string;
const text = workspace.get(last)?.text;
if (!text) throw new Error(`${last} was not read`);
workspace.open(last, 'sql', text);

const embedded = nodeEmbedded(
  { host: join(dist, 'embedded-host.js'), worker: join(dist, 'embedded-worker.js') },
  join(dist, 'pglite'),
);
let started = performance.now();
const instance = await Instance.start(embedded.startWorker, []);
await instance.query('SELECT 1');
const start = since(started);
instance.kill();

const judge = new Judge(embedded);
let reports = 0;
const ask = (): Promise<unknown> =>
  judge.judge(judgeSubjectOf(last, workspace, 18) as JudgeSubject, { progress: () => void reports++ });
started = performance.now();
await ask();
const replayed = since(started);
workspace.change(last, { from: 0, to: 0, inserted: 'SELECT 1;\n' });
started = performance.now();
await ask();
const edit = since(started);
// the first one has ended
const [host] = process.platform === 'linux' ? descendants(process.pid).slice(-1) : [];
const run: EmbeddedRun = { start, replayed, edit, reports, peakMB: host === undefined ? null : peakMemory(host) };
judge.dispose();
process.stdout.write(JSON.stringify(run), () => process.exit());
