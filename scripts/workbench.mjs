// VS Code's browser workbench with the extension, driven from a script as a person would: for screenshots.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { browserArguments, browserExecutable } from './browser.mjs';
import { root } from './process.mjs';
import { startWebServer, workbenchUrl } from './vscode-web.mjs';

/**
 * Opens a copy of a folder; nothing in the folder itself changes. Expects a built dist/.
 * @param {object} options
 * @param {string} options.folder the folder to copy
 * @param {string} [options.name] what the copy is called
 * @param {string} [options.extension] the folder of the built extension; PGREVIEW_EXTENSION names another than the work tree
 * @param {Record<string, unknown>} [options.settings] VS Code settings
 * @param {{ width: number, height: number }} [options.size] of the window, in CSS pixels
 * @param {number} [options.scale] image pixels per CSS pixel
 */
export async function openWorkbench({
  folder,
  name = 'shop',
  extension = process.env.PGREVIEW_EXTENSION ?? root,
  settings,
  size = { width: 1200, height: 750 },
  scale = 2,
}) {
  const temporary = mkdtempSync(join(tmpdir(), 'pgreview-workbench-'));
  const copy = join(temporary, name);
  cpSync(folder, copy, { recursive: true });
  const steps = [() => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })];
  const close = async () => {
    for (const step of steps.splice(0).reverse()) await Promise.resolve(step()).catch(() => {});
  };
  try {
    const dataFolder = join(temporary, 'data');
    const server = await startWebServer({ dataFolder, settings, extension, trusted: true });
    steps.push(() => server.stop());
    const browser = await chromium.launch({ executablePath: await browserExecutable(), args: browserArguments });
    steps.push(() => browser.close());
    const context = await browser.newContext({ viewport: size, deviceScaleFactor: scale });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    await page.goto(workbenchUrl(server.port, { folder: copy }));
    await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
    return { page, folder: copy, close, ...actions(page) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {import('playwright-core').Page} page */
function actions(page) {
  const input = page.locator('.quick-input-widget input.input');
  /** Types into the box that is open, and takes the first answer of the list, or none. */
  async function answer(text) {
    await input.waitFor();
    await input.fill(text);
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
  }
  return {
    answer,
    /** Opens a file by its path in the folder, with the cursor at a 1-based line and column. */
    async openFile(path, line = 1, column = 1) {
      await page.keyboard.press('Control+p');
      await input.waitFor();
      await input.fill(path);
      await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
      await page.waitForTimeout(700);
      await page.keyboard.press('Enter');
      await page.locator(`.monaco-editor[data-uri$="${path}"]`).waitFor({ timeout: 20_000 });
      await page.keyboard.press('Control+g');
      await answer(`:${line}:${column}`);
      await input.waitFor({ state: 'hidden' });
    },
    /** Runs a command of the command palette by its full title. */
    async command(title) {
      await page.keyboard.press('F1');
      await answer(`>${title}`);
    },
    /** The frame of the plan panel, once it shows a plan. */
    async planFrame(timeout = 90_000) {
      for (const end = Date.now() + timeout; Date.now() < end; ) {
        for (const frame of page.frames()) {
          const rows = frame.locator('[role="treegrid"] [role="row"]');
          if (frame !== page.mainFrame() && (await rows.count().catch(() => 0)) > 1) return frame;
        }
        await page.waitForTimeout(200);
      }
      throw new Error(`The plan panel showed no plan within ${timeout} ms.`);
    },
  };
}
