// VS Code's browser workbench: the VS Code server that the npm package code-server carries, run with Node 24.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cachedPackages } from './cache.mjs';
import { environment, node24, root, run } from './process.mjs';

const windows = process.platform === 'win32';

/** Quiet: nothing but the files and what pgreview shows about them. */
const settings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** @returns {Promise<string>} the folder of the VS Code server, installed when it is missing */
export async function webInstallation() {
  const folder = await cachedPackages('vscode-web', join(root, 'scripts', 'vscode-web'), (built) => {
    const server = join(built, 'node_modules', 'code-server', 'lib', 'vscode');
    // The server serves its modules to the browser from a folder of its own; all of them are installed flat, above it.
    symlinkSync(join('..', '..', '..'), join(server, 'node_modules'), windows ? 'junction' : 'dir');
    // These want more modules, some of which would have to be compiled.
    for (const name of ['copilot', 'git', 'github']) rmSync(join(server, 'extensions', name), { recursive: true });
  });
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/**
 * Starts a server on a free port of the loopback interface.
 * @param {object} options
 * @param {string} options.dataFolder where the server keeps its settings, extensions and logs
 * @param {Record<string, unknown>} [options.settings] VS Code settings beside the quiet defaults
 * @param {number} [options.port] used when it is free
 * @param {string} [options.extension] the folder of an extension to install as it is, without packing it
 * @param {boolean} [options.trusted] do not ask whether the folder's authors are trusted
 * @param {boolean} [options.tests] an address may load an extension from source and run tests
 * @param {Record<string, string>} [options.env] for the extension host
 * @returns {Promise<{ port: number, logFile: string, log: (line: string) => void, stop: () => Promise<void>,
 *   ended: Promise<number> }>} `log` adds a line to the log file
 * @throws {Error} with the end of its log, when the server does not come up within a minute
 */
export async function startWebServer(options) {
  const server = await webInstallation();
  prepareDataFolder(options.dataFolder, options.settings);
  if (options.extension) linkExtension(options.dataFolder, options.extension);
  const port = await freePort(options.port);
  const logFile = join(options.dataFolder, 'server.log');
  const log = createWriteStream(logFile);
  const child = spawn(
    node24(),
    [
      join(server, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--server-data-dir', options.dataFolder],
      // A built VS Code ignores extensionDevelopmentPath and extensionTestsPath without it; with it, no notification pops up.
      ...(options.tests ? ['--enable-smoke-test-driver'] : []),
      ...(options.trusted ? ['--disable-workspace-trust'] : []),
    ],
    { cwd: root, env: environment(options.env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stderr.pipe(log, { end: false });
  child.stdout.pipe(log, { end: false });
  const kill = () => child.kill();
  process.on('exit', kill);
  const ended = new Promise((resolve) => child.on('close', (code) => resolve(code ?? 0)));
  ended.then(() => process.off('exit', kill));

  let recent = '';
  await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`The VS Code server ${why}. The end of its log:\n${recent.slice(-2000)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('did not start within 60 s');
    }, 60_000);
    const read = (data) => {
      recent = (recent + data).slice(-4000);
      if (recent.includes('Extension host agent listening')) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => fail(`could not be started: ${error.message}`));
    child.on('close', (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code}`);
    });
  });

  const stop = async () => {
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.kill();
    await ended;
    clearTimeout(force);
    log.end();
  };
  return { port, logFile, log: (line) => log.write(`${line}\n`), stop, ended };
}

/** Installs a packaged extension for the server that is started on this data folder. */
export async function installVsix(dataFolder, file) {
  const server = await webInstallation();
  const options = ['--server-data-dir', dataFolder, '--accept-server-license-terms', '--telemetry-level', 'off'];
  const code = await run(node24(), [join(server, 'out', 'server-main.js'), ...options, '--install-extension', file]);
  if (code !== 0) throw new Error(`VS Code could not install ${file} (exit code ${code}).`);
}

/**
 * The address that opens a folder, with the extension of a folder loaded from source and, when given, its tests run.
 * All three are absolute paths on this machine; `tests` is a module that exports `run`.
 * @param {number} port
 * @param {{ folder: string, extension?: string, tests?: string }} what
 */
export function workbenchUrl(port, what) {
  const uri = (path) => `vscode-remote://localhost:${port}${urlPath(path)}`;
  const payload = [];
  if (what.extension) payload.push(['extensionDevelopmentPath', uri(what.extension)]);
  if (what.tests) payload.push(['extensionTestsPath', uri(what.tests)]);
  const query = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
  const folder = encodeURIComponent(urlPath(what.folder)).replaceAll('%2F', '/');
  return `http://localhost:${port}/?folder=${folder}${query}`;
}

/** `C:\a` is `/c:/a` in a URI. */
function urlPath(path) {
  return windows ? `/${path.replaceAll('\\', '/')}` : path;
}

function prepareDataFolder(folder, extra) {
  const user = join(folder, 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...settings, ...extra }, null, 2));
}

/** The server takes whatever stands in its extensions folder at its first start for installed. */
function linkExtension(dataFolder, extension) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
  const extensions = join(dataFolder, 'extensions');
  mkdirSync(extensions, { recursive: true });
  symlinkSync(extension, join(extensions, `${publisher}.${name}-${version}`), windows ? 'junction' : 'dir');
}

/** @returns {Promise<number>} the preferred port, or another that was free a moment ago */
function freePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())));
    probe.listen(preferred, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
