// `npm start [-- PATH] [--no-open]`: prints what the review finds in a folder (examples/ unless told), then opens VS Code on it
// with the extension. Without a desktop VS Code, or with PGREVIEW_BROWSER=1, that is VS Code's browser workbench.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { node24, root, run } from './process.mjs';
import { setup } from './setup.mjs';

const usage = 'Usage: npm start [-- PATH] [--no-open]';
const examples = join(root, 'examples');

function parse(args) {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--no-open');
  if (unknown) throw new Error(`There is no option ${unknown}. ${usage}`);
  if (paths.length > 1) throw new Error(`Give one folder or file. ${usage}`);
  // npm runs scripts in the work tree; INIT_CWD is where the user stands.
  const path = paths[0] ? resolve(process.env.INIT_CWD ?? process.cwd(), paths[0]) : examples;
  if (!existsSync(path)) throw new Error(`${path} does not exist. ${usage}`);
  return { path, folder: statSync(path).isDirectory() ? path : dirname(path), open: !args.includes('--no-open') };
}

async function build() {
  console.log('pgreview: building …');
  const code = await run(node24(), [join('scripts', 'build.mjs')]);
  if (code !== 0) throw new Error(`The build failed with exit code ${code}.`);
}

async function review(path, folder) {
  console.log(`pgreview: reviewing ${path}\n`);
  const code = await run(node24(), [join(root, 'dist', 'cli.js'), 'check', path, '--format', 'pretty'], {
    cwd: folder,
  });
  // 1 says that there are findings.
  if (code > 1) throw new Error(`The review could not run (exit code ${code}).`);
  console.log('');
}

/** @returns {Promise<boolean>} false where there is no desktop VS Code */
async function openDesktop(folder) {
  const desktop = await import('./vscode-desktop.mjs');
  if (!desktop.hasScreen()) return false;
  const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, folder];
  const executable = desktop.installedExecutable();
  const command = executable ? undefined : desktop.codeCommand();
  const program = executable ?? command ?? (await desktop.downloadedExecutable());
  if (!program) return false;
  // A profile of its own makes it a process of its own, which Ctrl+C ends, beside a VS Code that is already open.
  args.unshift(`--user-data-dir=${join(cacheFolder(), 'vscode-profile')}`);
  if (process.getuid?.() === 0) args.unshift('--no-sandbox');
  console.log(
    `pgreview: VS Code is opening on ${folder}. Close its window${command ? '' : ', or press Ctrl+C,'} to end.`,
  );
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: program.endsWith('.cmd') };
  const code = await run(program, args, options);
  if (code !== 0) console.error(`pgreview: VS Code ended with exit code ${code}.`);
  return code === 0;
}

/** Serves until Ctrl+C. */
async function openBrowser(folder) {
  const { startWebServer, workbenchUrl } = await import('./vscode-web.mjs');
  const dataFolder = mkdtempSync(join(tmpdir(), 'pgreview-vscode-'));
  process.on('exit', () => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 }));
  console.log("pgreview: starting VS Code's browser workbench …");
  const trusted = folder === examples;
  const server = await startWebServer({ dataFolder, port: 8180, extension: root, trusted });
  console.log(`\nOpen this address in a browser: ${workbenchUrl(server.port, { folder })}\n`);
  console.log('Press Ctrl+C to end.');
  const code = await server.ended;
  throw new Error(`The VS Code server ended (exit code ${code}).`);
}

async function main() {
  const { path, folder, open } = parse(process.argv.slice(2));
  await setup();
  await build();
  await review(path, folder);
  if (!open) return;
  if (await openDesktop(folder)) return;
  await openBrowser(folder);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

main().then(
  () => process.exit(0),
  (error) => {
    console.error(`pgreview: ${error.message}`);
    process.exit(2);
  },
);
