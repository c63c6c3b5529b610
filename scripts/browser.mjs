// Which Chromium drives the browser workbench and the panel tests: an installed one, else one from npm, else Debian's.
import { chmodSync, createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { aptInstall } from './apt.mjs';
import { cachedPackages } from './cache.mjs';
import { onPath, output, root } from './process.mjs';

const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge', 'msedge'];
const usualPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
};

/** For {@link https://playwright.dev playwright-core}'s `chromium.launch`: works as root and without a display or a network. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The full path of a Chromium, Chrome or Edge that runs. `CHROME_PATH` overrides the search.
 * @returns {Promise<string>}
 * @throws {Error} with what to do, when none can be found or installed
 */
export async function browserExecutable() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROME_PATH names ${chosen}, which does not exist.`);
  }
  const installed = [...names.map(onPath), ...(usualPlaces[process.platform] ?? [])];
  for (const file of installed) if (file && existsSync(file) && runs(file)) return file;

  if (process.platform === 'linux' && process.arch === 'x64') {
    const file = await fromNpm();
    if (file) return file;
  }
  if (await aptInstall(['chromium'], 'a browser')) {
    const file = onPath('chromium');
    if (file && runs(file)) return file;
  }
  throw new Error('No browser found: install Chrome, Chromium or Edge, or set CHROME_PATH to one.');
}

/** @returns {boolean} whether a browser starts (libraries may be missing). On Windows `--version` would open a window. */
function runs(file) {
  return process.platform === 'win32' || output(file, ['--version', '--no-sandbox']) !== undefined;
}

async function fromNpm() {
  try {
    const folder = await cachedPackages('chromium', join(root, 'scripts', 'browser'), unpack);
    const file = join(folder, 'chromium');
    return runs(file) ? file : undefined;
  } catch (error) {
    console.error(`pgreview: ${error.message}`);
    return undefined;
  }
}

/** The package carries the browser compressed; its own unpacking goes to a fixed place that all users share. */
async function unpack(folder) {
  const file = join(folder, 'chromium');
  const packed = join(folder, 'node_modules', '@sparticuz', 'chromium', 'bin', 'chromium.br');
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(file));
  chmodSync(file, 0o755);
  rmSync(join(folder, 'node_modules'), { recursive: true });
}
