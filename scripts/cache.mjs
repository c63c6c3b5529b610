// Heavy things that are not part of the work tree (a browser, the browser workbench) live in a folder of the user's cache.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm } from './process.mjs';

/** `PGREVIEW_CACHE`, or `pgreview` in the cache folder that the operating system gives its user. */
export function cacheFolder() {
  if (process.env.PGREVIEW_CACHE) return process.env.PGREVIEW_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'pgreview');
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'pgreview', 'cache');
  }
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pgreview');
}

/**
 * Installs the npm packages of a folder (its package.json and package-lock.json, and the folders that these name) into the
 * cache, once for each state of that folder, without running any package's install scripts.
 * @param {string} name what the folder in the cache is called, before the hash
 * @param {string} source the folder with package.json and package-lock.json
 * @param {(folder: string) => void | Promise<void>} [finish] the last step of the installation
 * @returns {Promise<string>} the installed folder
 * @throws {Error} when npm fails
 */
export async function cachedPackages(name, source, finish = () => {}) {
  const hash = createHash('sha256');
  for (const file of readdirSync(source, { recursive: true }).sort()) {
    const path = join(source, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path));
  }
  const folder = join(cacheFolder(), `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;

  console.log(`pgreview: installing ${name} into ${folder} …`);
  const started = Date.now();
  // Built aside and renamed when complete, so that a folder with that name is always whole, also when two processes
  // install at once or one is interrupted.
  const building = `${folder}.${process.pid}`;
  try {
    mkdirSync(building, { recursive: true });
    cpSync(source, building, { recursive: true });
    const options = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error', '--silent'];
    const code = await npm(['ci', ...options], { cwd: building });
    if (code !== 0) {
      throw new Error(`npm could not install ${name} (exit code ${code}): check that the npm registry can be reached.`);
    }
    await finish(building);
    try {
      renameSync(building, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  console.log(`pgreview: ${name} installed in ${Math.round((Date.now() - started) / 1000)} s`);
  return folder;
}
