// The plan panel in a real browser, under the content security policy that it runs with in VS Code.
import assert from 'node:assert/strict';
import { eachPanel, read } from './eachPanel.ts';
import type { PanelPage } from './panelPage.ts';
import { node, plannedReport, shopReport } from './reports.ts';

describe('the plan panel', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const { rows, row, active, cell } = eachPanel((opened) => {
    panel = opened;
  });

  it('asks for its plan as soon as it runs', async () => {
    await panel.message('ready').catch(() => undefined);
    const all = await panel.page.evaluate(() => (window as unknown as { posted: unknown[] }).posted);
    assert.deepEqual(all, [{ type: 'ready' }]);
  });

  it('shows the statement, the target, the times and every node', async () => {
    await panel.show(shopReport);
    const header = await read(panel.page.locator('header'));
    assert.match(header, /SELECT c\.name, sum\(i\.quantity \* i\.unit_price\) AS spent FROM customers c JOIN/);
    assert.match(header, /staging · PostgreSQL 17\.5/);
    assert.match(header, /execution 1\.87 s/);
    assert.match(header, /planning 1\.21 ms/);
    assert.doesNotMatch(header, /Not analyzed|Generic/);
    assert.equal(await rows().count(), shopReport.nodes.length);
    assert.match(await cell('order_items', 'node'), /Index Scan\s*order_items i using order_items_order_id_idx/);
    assert.match(await cell('order_items', 'time'), /612 ms/);
    assert.equal(await cell('order_items', 'loops'), '71,522');
    assert.match(await cell('orders o', 'actual'), /×423\s*71,989/);
    assert.equal(await cell('orders o', 'planned'), '170');
    assert.equal(await cell('orders o', 'cost'), '45,900');
    assert.match(await cell('orders o', 'buffers'), /96 % read\s*33,081/);
  });

  it('marks where a misjudged row count begins, not what passes it on', async () => {
    await panel.show(shopReport);
    const marks = await panel.page
      .locator('.factor')
      .evaluateAll((all) => all.map((mark) => `${mark.textContent} ${mark.className.replace('factor', '').trim()}`));
    assert.deepEqual(marks, ['×44.2 ', '×431 ', '×431 ', '×431 ', '×423 bad']);
  });

  it('has no columns for what a plan that never ran cannot know, and says so', async () => {
    await panel.show(plannedReport);
    const headers = await panel.page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(headers, ['Node', 'Cost', 'Planned']);
    const notes = await read(panel.page.locator('.notes'));
    assert.match(notes, /Not analyzed/);
    assert.match(notes, /Generic plan/);
    assert.match(notes, /The tables are empty here/);
  });

  it('draws bars in proportion, the longest for what took most', async () => {
    await panel.show(shopReport);
    const width = (text: string) =>
      row(text)
        .first()
        .locator('.time .fill')
        .evaluate((fill) => fill.getBoundingClientRect().width / fill.parentElement!.getBoundingClientRect().width);
    assert.ok(Math.abs((await width('orders o')) - 978.6 / 1871.922) < 0.02);
    assert.ok(Math.abs((await width('order_items')) - 611.9 / 1871.922) < 0.02);
    const strip = await panel.page.locator('.strip span').first().getAttribute('title');
    assert.equal(strip, 'Seq Scan on orders o: 52 %');
  });

  it('is a tree grid for assistive technology', async () => {
    await panel.show(shopReport);
    const grid = panel.page.getByRole('treegrid', { name: 'Plan nodes' });
    assert.equal(await grid.getAttribute('aria-rowcount'), '13');
    const hash = row('refunds');
    assert.equal(await hash.getAttribute('aria-level'), '8');
    assert.equal(await hash.getAttribute('aria-expanded'), null);
    const anti = row('Hash Anti Join');
    assert.equal(await anti.getAttribute('aria-expanded'), 'true');
    assert.equal(await anti.getAttribute('aria-posinset'), '1');
    assert.equal(await anti.getAttribute('aria-setsize'), '2');
    await grid.focus();
    const id = await grid.getAttribute('aria-activedescendant');
    assert.equal(await panel.page.locator(`#${id}`).count(), 1);
  });

  it('moves, folds and unfolds with the keyboard', async () => {
    await panel.show(shopReport);
    await panel.page.locator('.grid').focus();
    const press = async (...keys: string[]) => {
      for (const key of keys) await panel.page.keyboard.press(key);
    };
    assert.equal(await active(), 'Limit');
    await press('ArrowDown', 'ArrowDown');
    assert.equal(await active(), 'HashAggregate');
    await press('End');
    assert.equal(await active(), 'Index Scan');
    await press('ArrowLeft');
    assert.equal(await active(), 'Nested Loop', 'Left on a leaf goes to its parent');
    await press('ArrowLeft');
    assert.equal(await rows().count(), 4, 'Left on an open node folds it');
    assert.equal(await row('Nested Loop').getAttribute('aria-expanded'), 'false');
    await press('ArrowDown');
    assert.equal(await active(), 'Nested Loop', 'there is nothing below');
    await press('ArrowRight');
    assert.equal(await rows().count(), 12, 'Right on a folded node unfolds it');
    await press('ArrowRight');
    assert.equal(await active(), 'Hash Join', 'Right on an open node goes to its first child');
    await press('Home');
    assert.equal(await active(), 'Limit');
    await press('c', 'u');
    assert.match(await read(panel.page.locator('.details h2')), /customers/, 'typing finds a relation');
  });

  it('posts the chosen node’s range and leaves the focus where it is', async () => {
    await panel.show(shopReport);
    await row('orders o').first().click();
    const clicked = await panel.message('reveal');
    assert.deepEqual(clicked, { type: 'reveal', range: shopReport.nodes[6]!.range, preserveFocus: true });
    assert.match(await read(panel.page.locator('.details')), /Rows Removed by Filter\s*4,928,011/);
    await panel.page.keyboard.press('Enter');
    assert.equal((await panel.message('reveal')).preserveFocus, false, 'Enter goes to the editor');
  });

  it('posts one range after a held arrow key, not one a row', async () => {
    await panel.show(shopReport);
    await panel.page.locator('.grid').focus();
    for (let index = 0; index < 6; index++) await panel.page.keyboard.press('ArrowDown');
    const message = await panel.message('reveal');
    assert.deepEqual(message.range, shopReport.nodes[6]!.range);
    assert.equal(message.preserveFocus, true);
    assert.equal((await panel.posted()).filter(({ type }) => type === 'reveal').length, 1);
  });

  it('posts nothing for a node whose text is not known', async () => {
    await panel.show(shopReport);
    await row('Nested Loop').click();
    assert.deepEqual(await panel.posted(), []);
  });

  it('goes from a finding to its node, unfolding what hides it', async () => {
    await panel.show(shopReport);
    await panel.page.getByRole('button', { name: 'Collapse' }).click();
    assert.equal(await rows().count(), 1);
    await panel.page.getByRole('button', { name: /an index on \(status, placed_at\)/ }).click();
    assert.equal(await active(), 'Seq Scan');
    assert.match(await read(panel.page.locator('.details h2')), /Seq Scan on orders o/);
    assert.match(await read(panel.page.locator('.findings')), /verified/);
  });

  it('shows markup in a plan as text', async () => {
    const nasty = `<img src=x onerror="document.title='broken in'"><b>bold</b>`;
    await panel.show({
      ...shopReport,
      sql: nasty,
      target: { name: nasty, version: nasty },
      plan: { nasty },
      nodes: [
        node(0, null, nasty, {
          relation: nasty,
          alias: nasty,
          index: nasty,
          subplan: nasty,
          details: [[nasty, nasty]],
        }),
      ],
      findings: [{ code: nasty, node: 0, message: nasty, help: 'Do something.', severity: 'warning', proof: 'none' }],
      notes: [nasty],
    });
    assert.equal(await panel.page.locator('main img, main .message b').count(), 0);
    for (const place of ['.statement', '.facts', '.notes', '.findings .message', '.grid .type', '.details dd'])
      assert.ok((await read(panel.page.locator(place).first())).includes(nasty), place);
    await panel.page.getByRole('button', { name: 'JSON', exact: true }).click();
    assert.deepEqual(JSON.parse(await read(panel.page.locator('.json'))), { nasty });
    assert.notEqual(await panel.page.title(), 'broken in');
  });

  it('shows the plan as JSON', async () => {
    await panel.show(shopReport);
    await panel.page.getByRole('button', { name: 'JSON', exact: true }).click();
    assert.ok(await panel.page.locator('.grid').isHidden());
    assert.deepEqual(JSON.parse(await read(panel.page.locator('.json'))), shopReport.plan);
    await panel.page.getByRole('button', { name: 'Tree' }).click();
    assert.ok(await panel.page.locator('.grid').isVisible());
  });

  it('asks for the statement to be explained again, and run', async () => {
    await panel.show(shopReport);
    await panel.page.getByRole('button', { name: 'Analyze' }).click();
    assert.deepEqual(await panel.message('rerun'), { type: 'rerun', analyze: true });
  });
});
