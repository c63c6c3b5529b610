/** A panel for each test of a suite, and what tests read in it. */
import assert from 'node:assert/strict';
import { type Browser, chromium, type Locator } from 'playwright-core';
import { browserArguments, browserExecutable } from '../../scripts/browser.mjs';
import { openPanel, type PanelPage } from './panelPage.ts';

/** A browser for the suite. */
export function suiteBrowser(): () => Browser {
  let browser: Browser;
  before(async function () {
    // A first run may have to install a browser.
    this.timeout(600_000);
    browser = await chromium.launch({ executablePath: await browserExecutable(), args: browserArguments });
  });
  after(() => browser?.close());
  return () => browser;
}

/**
 * A fresh panel before each test, closed behind it; its page must have reported no problem.
 * @param onOpened takes it
 * @returns what tests read in the one that is open
 */
export function eachPanel(onOpened: (panel: PanelPage) => void) {
  const browser = suiteBrowser();
  let panel: PanelPage;
  beforeEach(async () => {
    panel = await openPanel(browser());
    onOpened(panel);
  });
  afterEach(async () => {
    assert.deepEqual(panel.problems, [], 'the page reported problems');
    await panel.page.close();
  });

  const rows = () => panel.page.locator('.grid-body [role=row]');
  const row = (text: string) => rows().filter({ hasText: text });
  return {
    rows,
    row,
    /** The type of the node that is chosen. */
    active: () => read(panel.page.locator('.grid-body [aria-selected=true] .type')),
    tab: (name: string) => panel.page.getByRole('button', { name, exact: true }).click(),
    cell: (rowText: string, column: string) => read(row(rowText).first().locator(`.cell.${column}`)),
  };
}

export const read = async (locator: Locator): Promise<string> => (await locator.textContent()) ?? '';
