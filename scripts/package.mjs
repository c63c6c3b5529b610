// `npm run package`: builds and writes pgreview-VERSION.vsix, an extension that can be installed.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(join(root, 'out', 'README.md'), standaloneReadme(readFileSync(join(root, 'README.md'), 'utf8')));
  await createVSIX({
    cwd: root,
    packagePath: file,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    readmePath: 'out/README.md',
  });
  console.log(`pgreview: ${file}, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  return file;
}

/**
 * README.md for the extension's page in VS Code, which shows no picture and follows no link that is relative: without the
 * pictures, and with the links' text alone.
 */
export function standaloneReadme(text) {
  const relative = String.raw`\((?!https?:)[^)]*\)`;
  return text
    .replace(new RegExp(String.raw`^!\[[^\]]*\]${relative}\n\n?`, 'gm'), '')
    .replace(new RegExp(String.raw`\[([^\]]*)\]${relative}`, 'g'), '$1');
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
