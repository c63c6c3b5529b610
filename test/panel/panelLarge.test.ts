// Large plans in the panel, what it keeps of them, and how it stands in narrow windows and in themes.
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { eachPanel, read } from './eachPanel.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { appendReport, deepReport, node, shopReport } from './reports.ts';

describe('large plans in the panel', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const { rows, row, active, tab, cell } = eachPanel((opened) => {
    panel = opened;
  });

  it('keeps fewer than 3,000 elements for 5,000 nodes, and reaches the last of them', async () => {
    await panel.show(appendReport(5000));
    const count = () => panel.page.evaluate(() => document.querySelectorAll('*').length);
    assert.ok((await count()) < 3000, `${await count()} elements`);
    assert.equal(await rows().count(), 3, 'the partitions are folded');
    await tab('Expand');
    await panel.page.locator('.grid').focus();
    const start = Date.now();
    await panel.page.keyboard.press('End');
    await row('orders_p4998').waitFor();
    assert.ok(Date.now() - start < 1000, `the last row took ${Date.now() - start} ms`);
    assert.ok(await row('orders_p4998').isVisible());
    assert.equal(await row('orders_p4998').getAttribute('aria-rowindex'), '5003');
    assert.ok((await count()) < 3000);
    await panel.page.locator('.grid').evaluate((grid) => grid.scrollTo(0, 60_000));
    await row('orders_p4997').waitFor();
    assert.equal(
      await panel.page.locator('.grid-body [aria-selected=true]').count(),
      1,
      'the active row stays, for aria-activedescendant',
    );
    assert.ok((await count()) < 3000);
  });

  it('has one row for partitions that are alike, that unfolds, and whose members can be searched and sorted', async () => {
    await panel.show(appendReport(31));
    assert.deepEqual(await panel.page.locator('.grid-body .type').allInnerTexts(), [
      'Append',
      '15 alike: Seq Scan',
      '15 alike: Index Scan',
    ]);
    assert.match(await cell('15 alike: Seq Scan', 'node'), /orders_p0001 … orders_p0029/);
    await row('15 alike: Seq Scan').click();
    assert.match(await read(panel.page.locator('.details')), /Rows of one\s*0 to 28/);
    assert.doesNotMatch(await read(panel.page.locator('.details')), /NaN|undefined/);
    await panel.page.keyboard.press('ArrowRight');
    assert.equal(await rows().count(), 18);
    assert.equal(await row('orders_p0003').first().getAttribute('aria-level'), '3');
    await tab('Collapse');
    await panel.page.getByLabel('Find in the plan').fill('p0012');
    await panel.page.keyboard.press('Enter');
    assert.match(await read(panel.page.locator('[aria-selected=true]')), /orders_p0012/);
    await panel.page.getByRole('columnheader').getByRole('button', { name: /^Time/ }).click();
    assert.equal(await panel.page.locator('.grid-body .type').filter({ hasText: 'alike' }).count(), 0);
    assert.equal(await panel.page.locator('.grid').getAttribute('aria-rowcount'), '32');
  });

  it('has columns by what is asked: times, estimates, pages, and bars of what it is coloured by', async () => {
    const headers = async () => (await panel.page.getByRole('columnheader').allInnerTexts()).join();
    await panel.show(shopReport);
    assert.equal(await headers(), 'Node,Time,Rows,Planned,Loops,Cost,Buffers');
    const choose = (label: string, value: string) => panel.page.getByLabel(label).selectOption(value);
    await choose('Columns', 'times');
    assert.equal(await headers(), 'Node,Time,With children,A loop,Loops,Rows');
    assert.equal(await cell('order_items', 'perLoop'), '0.009 ms');
    await choose('Colour by', 'buffers');
    await choose('Columns', 'pages');
    assert.equal(await headers(), 'Node,Buffers,Found,Read');
    assert.equal(await cell('order_items', 'buffers'), '286,812');
    assert.equal(
      await row('order_items')
        .getByTitle(/^286,812 pages, /)
        .count(),
      1,
    );
    const bar = row('order_items').locator('.fill');
    assert.match((await bar.getAttribute('class')) ?? '', /hot/);
    assert.equal(
      await panel.page.locator('.strip span').first().getAttribute('title'),
      'Index Scan on order_items i using order_items_order_id_idx: 90 %',
    );
    await panel.page.waitForFunction(
      () => (window as unknown as { state?: { preset?: string } }).state?.preset === 'pages',
    );
    await panel.reload();
    await panel.show(shopReport);
    assert.equal(await headers(), 'Node,Buffers,Found,Read', 'they come back');
    const options = await panel.page.getByLabel('Columns').locator('option').allInnerTexts();
    assert.deepEqual(options, ['Overview', 'Times', 'Estimates', 'Buffers', 'I/O']);
  });

  it('has a map beside a tree that is longer than the panel, to be clicked and for the keyboard', async () => {
    await panel.show(shopReport);
    const map = panel.page.getByRole('scrollbar', { name: 'The whole tree' });
    assert.ok(await map.isHidden(), 'a short tree has none');
    const long = appendReport(5000);
    const nodes = long.nodes.map((each) =>
      each.id === 2500 ? { ...each, exclusive: { ...each.exclusive, ms: 9_000 } } : each,
    );
    await panel.show({ ...long, nodes }, 'second');
    await tab('Expand');
    await map.waitFor();
    const colours = () =>
      panel.page.locator('.minimap canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        const red: number[] = [];
        for (let i = 0; i < data.length; i += 4)
          if (data[i]! > 200 && data[i + 1]! < 120 && data[i + 3]! > 200) red.push(Math.floor(i / 4 / canvas.width));
        return { lines: [...new Set(red)].map((line) => line / canvas.height) };
      });
    await panel.page.waitForFunction(() => document.querySelector('canvas')!.height > 100);
    const { lines } = await colours();
    assert.ok(lines.length >= 1 && lines.length <= 4, `${lines.length} red lines`);
    const top = () => panel.page.locator('.grid').evaluate((grid) => grid.scrollTop / grid.scrollHeight);
    const box = (await map.boundingBox())!;
    await panel.page.mouse.click(box.x + 20, box.y + box.height * lines[0]!);
    // a click goes to what is red
    await panel.page.locator('.grid-body', { hasText: 'orders_p2500' }).waitFor({ timeout: 10_000 });
    await map.focus();
    await panel.page.keyboard.press('End');
    assert.ok((await top()) > 0.9);
    assert.equal(await map.getAttribute('aria-valuenow'), '100');
    await panel.page.keyboard.press('Home');
    assert.equal(await top(), 0);
    await panel.page.keyboard.press('PageDown');
    assert.ok((await top()) > 0);
    const shown = await panel.page.locator('.minimap-box').evaluate((each) => each.getBoundingClientRect().top);
    assert.ok(shown > box.y);
  });

  it('tells nodes that never ran from those that may have been stopped', async () => {
    const stopped = node(1, 0, 'Seq Scan', { relation: 'a', rows: { planned: 900, actual: 10 } });
    const unrun = node(2, 0, 'Seq Scan', { relation: 'b', rows: { planned: 900, actual: 0 }, loops: 0 });
    await panel.show({ ...shopReport, findings: [], nodes: [node(0, null, 'Limit'), stopped, unrun] });
    assert.equal(await row('Seq Scan').nth(0).locator('.stopped').count(), 1);
    assert.equal(await row('Seq Scan').nth(1).locator('.stopped').count(), 0);
    assert.match((await row('Seq Scan').nth(1).getAttribute('class')) ?? '', /never-ran/);
    assert.match(await read(row('Seq Scan').nth(1)), /never ran/);
  });

  it('survives 5,000 levels', async () => {
    await panel.show(deepReport(5000));
    await panel.page.locator('.grid').focus();
    await panel.page.keyboard.press('End');
    assert.equal(await panel.page.locator('[aria-selected=true]').getAttribute('aria-level'), '5000');
    await panel.page.getByRole('button', { name: 'Collapse' }).click();
    assert.equal(await rows().count(), 1);
  });

  it('comes back as it was left when it is drawn anew, and fresh for another plan', async () => {
    await panel.show(shopReport, 'one');
    await row('Hash Anti Join').locator('.twisty').click();
    await row('customers').click();
    await panel.page.waitForFunction(() => {
      const state = (window as unknown as { state?: { collapsed: number[]; active: number } }).state;
      return state?.collapsed.length === 1 && state.active === 10;
    });
    await panel.reload();
    await panel.show(shopReport, 'one');
    assert.equal(await row('Hash Anti Join').getAttribute('aria-expanded'), 'false');
    assert.equal(await rows().count(), 9);
    assert.match(await read(panel.page.locator('.details h2')), /customers/);
    await panel.show(shopReport, 'two');
    assert.equal(await rows().count(), 12);
    assert.equal(await active(), 'Limit');
  });

  it('lets every column be reached when it is narrow', async () => {
    await panel.page.setViewportSize({ width: 340, height: 600 });
    await panel.show(shopReport);
    const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, 'the page itself must not scroll sideways');
    const header = panel.page.getByRole('columnheader', { name: 'Buffers' });
    await header.scrollIntoViewIfNeeded();
    await panel.page.locator('.grid').evaluate((grid) => grid.scrollTo({ left: 10_000 }));
    const head = (await header.boundingBox())!;
    const below = (await row('orders o').first().locator('.buffers').boundingBox())!;
    assert.ok(head.x + head.width <= 341, 'the last column comes into sight');
    const rowWidth = (await row('orders o').first().boundingBox())!.width;
    const scrollWidth = await panel.page.locator('.grid').evaluate((grid) => grid.scrollWidth);
    assert.ok(Math.abs(rowWidth - scrollWidth) <= 1, 'a row’s background must reach its last cell');
    assert.ok(Math.abs(head.x + head.width - below.x - below.width) < 1, 'cells stand below their header');
  });

  it('stands in every theme', async () => {
    for (const theme of ['light', 'highContrast'] as const) {
      const other = await openPanel(panel.page.context().browser() as Browser, { theme });
      await other.show(shopReport);
      assert.deepEqual(other.problems, []);
      const colours = await other.page.locator('.grid').evaluate((grid) => {
        const { color } = getComputedStyle(grid);
        return { color, background: getComputedStyle(document.body).backgroundColor };
      });
      assert.notEqual(colours.color, colours.background);
      await other.page.close();
    }
  });
});
