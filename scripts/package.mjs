// `npm run package`: builds and writes pgreview-VERSION.vsix, an extension that can be installed.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, root, run } from './process.mjs';
import { setup } from './setup.mjs';

/**
 * Packs what .vscodeignore leaves of the work tree; expects a built dist/.
 * @param {string} file the .vsix to write
 * @returns {Promise<string>} the file
 */
export async function packageExtension(file) {
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({
    cwd: root,
    packagePath: file,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  console.log(`pgreview: ${file}, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  return file;
}

async function main() {
  await setup();
  const code = await run(node24(), [join('scripts', 'build.mjs')]);
  if (code !== 0) throw new Error(`The build failed with exit code ${code}.`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await packageExtension(join(root, `pgreview-${version}.vsix`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    console.error(`pgreview: ${error.message}`);
    process.exitCode = 1;
  });
}
