// Installs node_modules when it is missing or does not hold what package-lock.json says.
// Runs before anything is installed: built-ins only, Node 18 or newer.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, npm, output, root } from './process.mjs';

const mend = 'Check that the npm registry can be reached, delete the folder node_modules and try again.';

/** @throws {Error} with what to do about it, when the packages cannot be installed. */
export async function setup() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 18) throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);

  const modules = join(root, 'node_modules');
  const fresh = !existsSync(modules);
  const why = fresh ? 'node_modules is missing' : staleness(modules);
  if (why) {
    console.log(`pgreview: installing the npm packages (${why}) …`);
    const started = Date.now();
    // A folder that is already in use is brought up to date in place; `npm ci` would first delete it.
    const command = fresh ? ['ci'] : ['install', '--no-save'];
    const code = await npm([...command, '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) throw new Error(`npm ${command[0]} failed with exit code ${code}. ${mend}`);
    console.log(`pgreview: installed in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  const version = output(node24(), ['--version'])?.trim();
  if (!version?.startsWith('v24.')) {
    throw new Error(`node_modules holds no Node 24 (found ${version ?? 'none that runs'}). ${mend}`);
  }
}

/** Why node_modules does not match the lock file, or undefined when it does. */
function staleness(modules) {
  const installed = packages(join(modules, '.package-lock.json'));
  if (!installed) return 'an earlier installation did not finish';
  const wanted = packages(join(root, 'package-lock.json'));
  if (!wanted)
    throw new Error('package-lock.json is missing or broken: restore it with `git checkout package-lock.json`.');
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link || !path.startsWith('node_modules/')) continue;
    if (installed[path]?.version === entry.version) continue;
    // Left out on purpose: packages for other platforms.
    if (!installed[path] && (entry.optional || entry.peer)) continue;
    return `${path.slice('node_modules/'.length)} ${entry.version} is not installed`;
  }
  return undefined;
}

/** The packages of a lock file by their folder, or undefined when it cannot be read. */
function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
