// Debian packages that the tests need, where this machine lets us install them.
import { onPath, run } from './process.mjs';

let updated = false;

/**
 * @param {string[]} packages
 * @param {string} what for the progress line
 * @returns {Promise<boolean>} false where there is no apt-get, we are not root, or it failed
 */
export async function aptInstall(packages, what) {
  if (!onPath('apt-get') || process.getuid?.() !== 0) return false;
  console.log(`pgreview: installing ${what} with apt-get (${packages.join(' ')}) …`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  // Another apt-get may hold the lock: wait for it, but not for ever.
  const wait = ['-o', 'DPkg::Lock::Timeout=120', '-qq'];
  if (!updated) updated = (await run('apt-get', [...wait, 'update'], options)) === 0;
  return (await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], options)) === 0;
}
