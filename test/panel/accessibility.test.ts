// The plan panel as axe-core judges it, in VS Code's four kinds of themes and in each of its views.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { suiteBrowser } from './eachPanel.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { appendReport, parallelReport, plannedReport, shopReport } from './reports.ts';
import type { ThemeName } from './themes.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('the plan panel for everybody', function () {
  this.timeout(120_000);
  const browser = suiteBrowser();

  /** What is wrong, in words. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations: found } = await page.evaluate<AxeResults>(
      // VS Code's own document around the panel has the landmarks and the headings
      'axe.run(document, { rules: { region: { enabled: false } } })',
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
    );
  }
  const button = (panel: PanelPage, name: string) => panel.page.getByRole('button', { name, exact: true });

  for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] satisfies ThemeName[]) {
    it(`has no fault that axe knows of in the theme ${theme}`, async () => {
      const panel = await openPanel(browser(), { theme });
      try {
        await panel.show(shopReport);
        assert.deepEqual(await violations(panel.page), [], 'tree');
        await panel.mark([6]);
        await panel.page.locator('.grid').focus();
        await button(panel, 'Copy or Save…').click();
        assert.deepEqual(await violations(panel.page), [], 'copying');
        for (const view of ['Icicle', 'Statistics', 'JSON']) {
          await button(panel, view).click();
          assert.deepEqual(await violations(panel.page), [], view);
        }
        await panel.show(plannedReport, 'second');
        assert.deepEqual(await violations(panel.page), [], 'not analyzed');
        await panel.show(shopReport, 'third', { label: 'yesterday', report: plannedReport });
        assert.deepEqual(await violations(panel.page), [], 'compared');
        await panel.show(appendReport(300), 'fourth');
        await button(panel, 'Expand').click();
        assert.deepEqual(await violations(panel.page), [], 'with a map');
        await panel.show(parallelReport, 'fifth');
        await panel.page.locator('.grid-body [role=row]').nth(1).click();
        await panel.page.locator('.processes summary').click();
        assert.deepEqual(await violations(panel.page), [], 'with its workers');
      } finally {
        await panel.page.close();
      }
    });
  }

  it('can be used by keyboard alone, from the first control to the last', async () => {
    const panel = await openPanel(browser());
    try {
      await panel.show(appendReport(300));
      await button(panel, 'Expand').click();
      // Tab goes on from where the last click was
      await panel.page.mouse.click(2, 2);
      const reached: string[] = [];
      for (let i = 0; i < 60; i++) {
        await panel.page.keyboard.press('Tab');
        const name = await panel.page.evaluate(() => {
          const at = document.activeElement;
          if (!at || at === document.body) return '';
          const outlined = getComputedStyle(at).outlineStyle !== 'none' || at.matches('.grid, .icicle');
          const label = at.getAttribute('aria-label') ?? at.closest('label')?.firstChild?.textContent ?? at.textContent;
          return `${label?.slice(0, 24)}${outlined ? '' : ' (no focus to be seen)'}`;
        });
        if (name === '' || name === reached[0]) break;
        reached.push(name);
      }
      for (const name of [
        'Tree',
        'Icicle',
        'Statistics',
        'JSON',
        'Collapse',
        'Expand',
        'Colour by',
        'Columns',
        'Find in the plan',
        'Explain',
        'Analyze',
        'Compare…',
        'Copy or Save…',
        'Plan nodes',
        'The whole tree',
        'Details of the node',
      ])
        assert.ok(reached.includes(name), `${name} in ${reached.join(' | ')}`);
      assert.deepEqual(
        reached.filter((name) => name.includes('no focus')),
        [],
      );
    } finally {
      await panel.page.close();
    }
  });

  it('moves nothing where motion is not wanted', async () => {
    const panel = await openPanel(browser());
    try {
      await panel.page.emulateMedia({ reducedMotion: 'reduce' });
      await panel.show(shopReport);
      const moving = await panel.page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((each) => {
            const styles = [getComputedStyle(each), getComputedStyle(each, '::before')];
            return styles.some(
              (style) => style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration),
            );
          }).length,
      );
      assert.equal(moving, 0);
    } finally {
      await panel.page.close();
    }
  });

  it('tells what is chosen and what took how much where colours are forced', async () => {
    const panel = await openPanel(browser());
    try {
      await panel.page.emulateMedia({ forcedColors: 'active' });
      await panel.show(shopReport);
      const look = (selector: string) =>
        panel.page
          .locator(selector)
          .first()
          .evaluate((each) => getComputedStyle(each).backgroundColor);
      assert.notEqual(await look('.row[aria-selected=true]'), await look('.row[aria-selected=false]'));
      assert.notEqual(await look('.tabs [aria-pressed=true]'), await look('.tabs [aria-pressed=false]'));
      assert.notEqual(await look('.fill.hot'), await look('.bar'));
    } finally {
      await panel.page.close();
    }
  });
});
