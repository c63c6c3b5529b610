// A desktop VS Code: an installed one, or one that @vscode/test-electron downloads, where its window can be shown.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { onPath, output } from './process.mjs';

const releases = 'https://update.code.visualstudio.com/api/releases/stable';
const linux = process.platform === 'linux';

/** The executables themselves, as `runTests` needs them; the `code` command is a script that returns at once. */
const usualPlaces = {
  // `Code` since VS Code 1.110, `Electron` before.
  darwin: ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
    ['Code', 'Electron'].map((name) => join(folder, 'Visual Studio Code.app', 'Contents', 'MacOS', name)),
  ),
  win32: [
    join(process.env.LOCALAPPDATA ?? '', 'Programs', 'Microsoft VS Code', 'Code.exe'),
    join(process.env.ProgramFiles ?? 'C:\\Program Files', 'Microsoft VS Code', 'Code.exe'),
  ],
  linux: ['/usr/share/code/code', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'],
};

/** Whether a window can be shown. `PGREVIEW_BROWSER=1` says that it shall not be. */
export function hasScreen() {
  if (process.env.PGREVIEW_BROWSER === '1') return false;
  return !linux || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** `xvfb-run` where it can stand in for a screen, else undefined. */
export function virtualScreen() {
  return linux && process.env.PGREVIEW_BROWSER !== '1' ? onPath('xvfb-run') : undefined;
}

/** @returns {string | undefined} the executable of an installed VS Code that runs */
export function installedExecutable() {
  return (usualPlaces[process.platform] ?? []).find((file) => existsSync(file) && runs(file));
}

/** The `code` command, else undefined. */
export function codeCommand() {
  const command = onPath('code');
  if (command) return command;
  const places = {
    darwin: ['/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'],
    win32: [join(process.env.LOCALAPPDATA ?? '', 'Programs', 'Microsoft VS Code', 'bin', 'code.cmd')],
    linux: ['/usr/share/code/bin/code', '/snap/bin/code'],
  };
  return (places[process.platform] ?? []).find(existsSync);
}

/**
 * The executable of a VS Code that is downloaded into the cache.
 * @returns {Promise<string | undefined>} undefined where it cannot be had within seconds, or does not run
 */
export async function downloadedExecutable() {
  // Asked first, as the download itself waits long and tries again where the host cannot be reached.
  try {
    const answer = await fetch(releases, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return undefined;
  } catch {
    return undefined;
  }
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(cacheFolder(), 'vscode') });
    return runs(executable) ? executable : undefined;
  } catch (error) {
    console.error(`pgreview: VS Code could not be downloaded: ${error.message}`);
    return undefined;
  }
}

/** Electron as plain Node loads the same libraries, some of which a bare Linux lacks. */
function runs(executable) {
  return output(executable, ['-e', '0'], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }) !== undefined;
}
