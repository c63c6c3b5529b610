// Starting other programs. Built-ins only and Node 18: setup needs this before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The work tree. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

/** The Node 24 that is one of the dev dependencies; the one that runs this script until it is installed. */
export function node24() {
  const file = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  return existsSync(file) ? file : process.execPath;
}

/** The environment with Node 24 and the installed tools first on the PATH. */
export function environment(extra = {}) {
  const path = [dirname(node24()), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs a program in the foreground and resolves to its exit code: 127 when it cannot be started, 128 + n when signal n
 * ended it.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment(), ...options });
    const stop = () => child.kill('SIGTERM');
    process.on('exit', stop);
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => {
      process.off('exit', stop);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** Runs npm. On Windows npm is a batch file, which needs a shell. */
export function npm(args, options = {}) {
  return run(windows ? 'npm.cmd' : 'npm', args, { shell: windows, ...options });
}

/** The output of a short command, or undefined when it is missing or fails. */
export function output(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000, ...options });
  return result.status === 0 ? result.stdout : undefined;
}

/** The full path of a program on the PATH, or undefined. */
export function onPath(name) {
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}
