// The plan panel in a real browser, under the content security policy that it runs with in VS Code.
import assert from 'node:assert/strict';
import { type Browser, chromium, type Locator } from 'playwright-core';
import { browserArguments, browserExecutable } from '../../scripts/browser.mjs';
import type { IndexTrial } from '../../server/src/protocol.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { appendReport, deepReport, node, plannedReport, shopReport } from './reports.ts';

describe('the plan panel', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PanelPage;

  before(async function () {
    // A first run may have to install a browser.
    this.timeout(600_000);
    browser = await chromium.launch({ executablePath: await browserExecutable(), args: browserArguments });
  });
  after(() => browser?.close());
  beforeEach(async () => {
    panel = await openPanel(browser);
  });
  afterEach(async () => {
    assert.deepEqual(panel.problems, [], 'the page reported problems');
    await panel.page.close();
  });

  const read = async (locator: Locator) => (await locator.textContent()) ?? '';
  const rows = () => panel.page.locator('.grid-body [role=row]');
  const row = (text: string) => rows().filter({ hasText: text });
  const active = () => read(panel.page.locator('.grid-body [aria-selected=true] .type'));
  const cell = (rowText: string, column: string) => read(row(rowText).first().locator(`.cell.${column}`));

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

  const tab = (name: string) => panel.page.getByRole('button', { name, exact: true }).click();

  it('sorts by a column, the largest first, then the smallest, then as a tree again', async () => {
    await panel.show(shopReport);
    const time = panel.page.getByRole('columnheader').getByRole('button', { name: /^Time/ });
    const types = () => panel.page.locator('.grid-body .type').allInnerTexts();
    const asTree = await types();
    await time.click();
    assert.deepEqual((await types()).slice(0, 3), ['Seq Scan', 'Index Scan', 'HashAggregate']);
    assert.equal(await panel.page.locator('[aria-sort]').getAttribute('aria-sort'), 'descending');
    await panel.page.keyboard.press('ArrowLeft');
    assert.equal((await types()).length, asTree.length, 'nothing folds in a list');
    await time.click();
    assert.equal(await panel.page.locator('[aria-sort]').getAttribute('aria-sort'), 'ascending');
    assert.equal((await types())[0], 'Limit');
    await time.click();
    assert.deepEqual(await types(), asTree);
  });

  it('finds words in nodes, marks them and goes from one to the next', async () => {
    await panel.show(shopReport);
    const field = panel.page.getByLabel('Find in the plan');
    await field.fill('seq scan');
    assert.deepEqual(await panel.page.locator('.row.found .object').allInnerTexts(), [
      'orders o',
      'refunds r',
      'customers c',
    ]);
    await panel.page.keyboard.press('Enter');
    assert.equal(await read(panel.page.getByRole('status')), '1 of 3');
    await panel.page.keyboard.press('Shift+Enter');
    assert.equal(await read(panel.page.getByRole('status')), '3 of 3');
    assert.match(await read(panel.page.locator('[aria-selected=true]')), /customers c/);
    await field.fill('no such thing');
    assert.equal(await read(panel.page.getByRole('status')), 'nothing');
    await panel.page.keyboard.press('Escape');
    assert.equal(await panel.page.locator('.row.found').count(), 0);
  });

  it('marks the nodes that the cursor stands on, and takes neither the focus nor the chosen row', async () => {
    await panel.show(shopReport);
    await panel.page.getByRole('button', { name: 'Compare…' }).focus();
    const marked = () => panel.page.locator('.grid-body [aria-current=location] .object').allInnerTexts();
    await panel.mark([6, 8]);
    assert.deepEqual(await marked(), ['orders o', 'refunds r']);
    const shadow = (name: string) =>
      row(name)
        .first()
        .evaluate((each) => getComputedStyle(each).boxShadow);
    assert.notEqual(await shadow('orders o'), 'none');
    assert.equal(await shadow('customers c'), 'none');
    assert.equal(await active(), 'Limit');
    assert.equal(await panel.page.evaluate(() => document.activeElement?.textContent), 'Compare…');
    assert.deepEqual(await panel.posted(), [], 'a mark must not select text in the editor, which would mark again');
    await panel.show(shopReport);
    assert.deepEqual(await marked(), ['orders o', 'refunds r'], 'the same plan keeps its marks');
    await row('Hash Anti Join').locator('.twisty').click();
    const folded = panel.page.locator('.grid-body [aria-current=location]');
    assert.match((await folded.allInnerTexts()).join(), /^Hash Anti Join/, 'a folded node shows what is in it');
    assert.equal(await folded.count(), 1);
    await tab('Icicle');
    assert.equal(await panel.page.locator('.bar-node[aria-current=location]').count(), 1);
    await tab('Tree');
    await panel.mark([]);
    assert.equal(await folded.count(), 0);
    await panel.mark([6]);
    await panel.show(shopReport, 'second');
    assert.equal(await folded.count(), 0, 'another plan begins without marks');
  });

  it('scrolls to a marked node only when none is in sight', async () => {
    await panel.show(appendReport(500));
    await tab('Expand');
    const top = () => panel.page.locator('.grid').evaluate((grid) => grid.scrollTop);
    await panel.mark([1, 400]);
    assert.equal(await top(), 0);
    await panel.mark([400]);
    const there = await top();
    assert.ok(there > 24 * 300, `${there}`);
    const marked = panel.page.locator('.grid-body [aria-current=location]');
    const [row400, grid] = [await marked.boundingBox(), await panel.page.locator('.grid').boundingBox()];
    assert.ok(row400!.y >= grid!.y && row400!.y + row400!.height <= grid!.y + grid!.height + 1);
    await panel.mark([1, 400]);
    assert.equal(await top(), there, 'one of them is in sight');
    await panel.mark([]);
    assert.equal(await top(), there);
  });

  it('draws an icicle in which parts are as wide as what they took, by the measure that is chosen', async () => {
    await panel.show(shopReport);
    await tab('Icicle');
    const width = (name: string) =>
      panel.page
        .getByRole('treeitem', { name })
        .evaluate((bar) => bar.getBoundingClientRect().width / bar.parentElement!.getBoundingClientRect().width);
    assert.ok(Math.abs((await width('Seq Scan on orders o: 979 ms itself')) - 978.6 / 1871.922) < 0.01);
    assert.ok(Math.abs((await width('Limit:')) - 1) < 0.01);
    await panel.page.getByLabel('Colour by').selectOption('buffers');
    const pages = 286_410 + 402;
    const whole = shopReport.nodes.reduce(
      (sum, { exclusive }) => sum + (exclusive.sharedHit ?? 0) + (exclusive.sharedRead ?? 0),
      0,
    );
    assert.ok(Math.abs((await width('Index Scan on order_items')) - pages / whole) < 0.01);
  });

  it('moves in the icicle with the keyboard, zooms in and out', async () => {
    await panel.show(shopReport);
    await tab('Icicle');
    const icicle = panel.page.getByRole('tree');
    await icicle.focus();
    const chosen = () => read(panel.page.locator('.details h2'));
    for (let i = 0; i < 4; i++) await panel.page.keyboard.press('ArrowDown');
    assert.match(await chosen(), /Hash Join/);
    await panel.page.keyboard.press('ArrowRight');
    assert.match(await chosen(), /Index Scan/);
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.keyboard.press(' ');
    assert.equal(await panel.page.getByRole('treeitem', { name: 'Index Scan on order_items' }).count(), 0);
    await panel.page.keyboard.press('Escape');
    assert.equal(await panel.page.getByRole('treeitem', { name: 'Index Scan on order_items' }).count(), 1);
    assert.equal((await panel.message('reveal')).preserveFocus, true);
  });

  it('adds up by table, index and kind of node', async () => {
    await panel.show(shopReport);
    await tab('Statistics');
    const table = (caption: string) => panel.page.getByRole('table', { name: caption });
    const first = await table('By table').getByRole('row').nth(1).allInnerTexts();
    assert.match(first.join(), /orders\s+52 %\s+1\s+979 ms\s+71,989\s+33,081\s+45,900/);
    assert.match(
      (await table('By kind of node').getByRole('row').nth(1).allInnerTexts()).join(),
      /Seq Scan\s+54 %\s+3/,
    );
    assert.equal(await table('By index').getByRole('row').count(), 2);
  });

  it('goes to a node that the host names', async () => {
    await panel.show(shopReport);
    await tab('Statistics');
    const scan = shopReport.nodes.find(({ relation }) => relation === 'customers');
    await panel.goTo(scan?.id ?? -1);
    assert.match(await read(panel.page.locator('.details h2')), /customers/);
    assert.equal(await panel.page.getByRole('treegrid').isVisible(), true);
  });

  it('lists the findings that could save most, and more of them when asked', async () => {
    const [first] = shopReport.findings;
    const many = Array.from({ length: 900 }, (_, i) => ({ ...first!, message: `finding ${i}` }));
    await panel.show({ ...shopReport, findings: many });
    const messages = panel.page.locator('.findings .message');
    assert.equal(await messages.count(), 12);
    await panel.page.getByRole('button', { name: '100 more' }).click();
    assert.equal(await messages.count(), 112);
    assert.equal(await messages.nth(111).textContent(), 'finding 111');
    assert.match((await panel.page.evaluate(() => document.activeElement?.textContent)) ?? '', /finding 12/);
    assert.ok((await panel.page.evaluate(() => document.querySelectorAll('*').length)) < 3000);
  });

  it('has an index tried, and tells what came of it', async () => {
    const index = { table: 'orders', method: 'btree', keys: ['status', 'placed_at'] } as const;
    const [first, ...others] = shopReport.findings;
    const proposed = { ...first!, index, proof: 'none' as const };
    await panel.show({ ...shopReport, findings: [proposed, ...others] });
    await panel.page.getByRole('button', { name: 'Try the Index' }).click();
    assert.equal((await panel.message('tryIndex')).finding, 0);
    const trial = {
      how: 'ran',
      isUsed: true,
      costBefore: 48_211,
      costAfter: 1_311.5,
      msBefore: 979,
      msAfter: 12.3,
      rowsBefore: 71_989,
      rowsAfter: 71_989,
      bytes: 22_000_000,
    } as const;
    const told = async (more: Partial<IndexTrial>): Promise<string> => {
      await panel.show({ ...shopReport, findings: [{ ...proposed, trial: { ...trial, ...more } }, ...others] });
      return read(panel.page.locator('.proof').first());
    };
    assert.equal(await told({}), 'verified: 979 ms → 12.3 ms, 71,989 rows both times; the index takes 21 MB');
    assert.equal(await panel.page.getByRole('button', { name: /^Try/ }).count(), 0);
    assert.equal(await told({ isUsed: false }), 'unproven: the planner does not use it');
    await panel.page.getByRole('button', { name: 'Compare', exact: true }).click();
    assert.equal((await panel.message('showTrial')).finding, 0);
    const invented = { how: 'hypothetical', msBefore: null, msAfter: null, rowsBefore: null, rowsAfter: null } as const;
    assert.match(await told(invented), /^estimated: cost 48,211 → 1,312, not made; /);
    await panel.page.getByRole('button', { name: 'Try It for Real' }).click();
    assert.equal((await panel.message('tryIndex')).finding, 0);
    await panel.page.getByRole('button', { name: 'Write Migration' }).click();
    assert.equal((await panel.message('writeIndex')).finding, 0);
  });

  it('compares with an earlier plan of the statement, node by node', async () => {
    await panel.show(shopReport);
    await panel.page.getByRole('button', { name: 'Compare…' }).click();
    assert.equal((await panel.message('compare')).stop, false);
    // then, an index scan did what reads the whole table now
    const earlier = {
      ...shopReport,
      executionMs: 900,
      nodes: shopReport.nodes.map((each) =>
        each.relation === 'orders'
          ? { ...each, type: 'Index Scan', index: 'orders_status', exclusive: { ...each.exclusive, ms: 8.6 } }
          : each,
      ),
    };
    await panel.show(shopReport, 'first', { label: 'yesterday', report: earlier });
    assert.match(await read(panel.page.locator('.compared')), /plan of yesterday: 900 ms then/);
    assert.match(await cell('orders o', 'before'), /Index Scan\s*8\.60 ms/);
    assert.equal(await cell('orders o', 'change'), '+970 ms');
    assert.equal(await cell('customers c', 'change'), '0');
    await panel.page.getByRole('button', { name: 'Stop Comparing' }).click();
    assert.equal((await panel.message('compare')).stop, true);
  });

  it('tells how far rounding may be off, where that matters', async () => {
    const exclusive = { ...shopReport.nodes[0]!.exclusive, ms: 40, msError: 20 };
    const looped = node(0, null, 'Index Scan', { loops: 40_000, inclusive: { ms: 40, cost: 1 }, exclusive });
    const report = { ...shopReport, findings: [], nodes: [looped] };
    await panel.show(report);
    assert.match(await cell('Index Scan', 'time'), /40\.?0? ms±20\.?0? ms/);
    await panel.show(shopReport, 'second');
    assert.equal(await panel.page.locator('.error-range').count(), 0);
  });

  it('shows a plan whose statement and server are not known', async () => {
    await panel.show({ ...shopReport, source: null, sql: '', target: null });
    assert.equal(await read(panel.page.locator('header h1')), 'A plan');
    assert.equal(await panel.page.getByRole('button', { name: 'Analyze' }).count(), 0);
  });

  it('shows a plan that ran with no time taken', async () => {
    const nodes = shopReport.nodes.map((each) => ({
      ...each,
      inclusive: { ...each.inclusive, ms: null },
      exclusive: { ...each.exclusive, ms: null },
    }));
    await panel.show({ ...shopReport, findings: [], nodes });
    assert.match(await cell('orders o', 'actual'), /71,989/);
    assert.doesNotMatch(await read(panel.page.locator('.grid-body')), /NaN|undefined|null|\d ms/);
    await tab('Icicle');
    assert.ok((await panel.page.locator('.bar-node').count()) > 1, 'by another measure');
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
    assert.match(await cell('order_items', 'buffers'), /286,812 pages/);
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
    assert.match(await read(panel.page.locator('.grid-body')), /orders_p2500/, 'a click goes to what is red');
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
      const other = await openPanel(browser, { theme });
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
