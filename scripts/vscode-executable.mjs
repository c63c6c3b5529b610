#!/usr/bin/env node
// Takes the arguments of VS Code's own executable and runs an extension's tests in the browser workbench instead:
//   --extensionDevelopmentPath=EXTENSION --extensionTestsPath=MODULE [--install-extension=FILE.vsix] [--untrusted] FOLDER
// The folder is trusted unless told otherwise.
// Exits with the tests' exit code; 2 when the workbench cannot be started, 124 when the tests take too long
// (PGREVIEW_VSCODE_TIMEOUT milliseconds, by default ten minutes). Needs Node 24.
// Tests find the address of automation.mjs in the environment variable PGREVIEW_AUTOMATION. What the workbench itself logs is
// kept apart from what the tests print, in out/vscode-web.log after a failure.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { serveAutomation } from './automation.mjs';
import { browserArguments, browserExecutable } from './browser.mjs';
import { root } from './process.mjs';
import { installVsix, startWebServer, workbenchUrl } from './vscode-web.mjs';

const limit = Number(process.env.PGREVIEW_VSCODE_TIMEOUT) || 600_000;

function parse(args) {
  const named = (name) => args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
  const [folder] = args.filter((arg) => !arg.startsWith('-'));
  const [extension] = named('extensionDevelopmentPath');
  const [tests] = named('extensionTestsPath');
  if (!folder || !extension || !tests) {
    throw new Error('Give --extensionDevelopmentPath=…, --extensionTestsPath=… and a folder.');
  }
  return {
    folder: resolve(folder),
    extension: resolve(extension),
    tests: resolve(tests),
    vsix: named('install-extension'),
    trusted: !args.includes('--untrusted'),
  };
}

async function main() {
  const { vsix, trusted, ...what } = parse(process.argv.slice(2));
  const dataFolder = mkdtempSync(join(tmpdir(), 'pgreview-vscode-'));
  /** Undone in reverse order, whatever happens. */
  const cleanUp = [() => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 })];
  try {
    for (const file of vsix) await installVsix(dataFolder, file);
    const browser = await chromium.launch({ executablePath: await browserExecutable(), args: browserArguments });
    cleanUp.push(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const automation = await serveAutomation(page);
    cleanUp.push(() => automation.close());
    const env = { PGREVIEW_AUTOMATION: automation.url };
    // where it is not trusted, nobody is there to be asked
    const settings = { 'security.workspace.trust.startupPrompt': 'never' };
    const server = await startWebServer({ dataFolder, settings, trusted, tests: true, env });
    cleanUp.push(() => server.stop());

    const exit = new Promise((done) => page.exposeFunction('codeAutomationExit', done));
    await page.exposeFunction('codeAutomationLog', (_type, args) => server.log(format(...args)));
    page.on('dialog', (dialog) => dialog.accept());
    cleanUp.push(() => page.close());
    await page.goto(workbenchUrl(server.port, what));

    let timer;
    const late = new Promise((done) => {
      timer = setTimeout(() => done('late'), limit);
    });
    const outcome = await Promise.race([exit, late, server.ended.then(() => 'ended')]);
    clearTimeout(timer);
    if (outcome === 0) return 0;
    if (outcome === 'late') console.error(`The tests did not end within ${limit} ms.`);
    if (outcome === 'ended') console.error('The VS Code server ended.');
    const kept = join(root, 'out', 'vscode-web.log');
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(server.logFile, kept);
    console.error(`The log of VS Code: ${kept}`);
    return typeof outcome === 'number' ? outcome : outcome === 'late' ? 124 : 2;
  } finally {
    for (const step of cleanUp.reverse()) await Promise.resolve(step()).catch(() => {});
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`pgreview: ${error.message}`);
    process.exit(2);
  },
);
