// Ways to look at a plan in the panel: sorted, searched, as an icicle, added up, compared.
import assert from 'node:assert/strict';
import type { IndexTrial } from '../../server/src/protocol.ts';
import { eachPanel, read } from './eachPanel.ts';
import type { PanelPage } from './panelPage.ts';
import { appendReport, node, shopReport } from './reports.ts';

describe('the plan panel’s views', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const { row, active, tab, cell } = eachPanel((opened) => {
    panel = opened;
  });

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
});
