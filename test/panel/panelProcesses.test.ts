// Parallel workers in the panel: how even they were in a line, and what each did below it.
import assert from 'node:assert/strict';
import type { PlanProcess, PlanReport } from '../../server/src/protocol.ts';
import { eachPanel } from './eachPanel.ts';
import type { PanelPage } from './panelPage.ts';
import { node, parallelReport } from './reports.ts';

describe('the plan panel and parallel workers', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const { row } = eachPanel((opened) => {
    panel = opened;
  });
  const summary = () => panel.page.locator('.processes summary');
  const table = () => panel.page.getByRole('table');
  const lines = async () =>
    (await table().locator('tr').allInnerTexts()).map((line) => line.replace(/\s*\t\s*/g, ' | '));

  it('says in a line how many there were and which did most, and nothing for other nodes', async () => {
    await panel.show(parallelReport);
    assert.equal(await summary().count(), 0, 'the Gather itself');
    await row('Seq Scan').click();
    assert.equal(await summary().innerText(), '3 processes, 4,000 to 250,000 rows each: worker 1 gave 83 %');
    assert.equal(await table().isVisible(), false);
    const widths = await panel.page
      .locator('.evenness span')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    assert.equal(widths.length, 3);
    assert.ok(Math.abs((widths[2] as number) / widths.reduce((a, b) => a + b) - 0.83) < 0.02, `${widths}`);
  });

  it('unfolds by keyboard, and stays so for the next node', async () => {
    await panel.show(parallelReport);
    await row('Seq Scan').click();
    await panel.page.getByLabel('Details of the node').focus();
    await panel.page.keyboard.press('Tab');
    assert.equal(await panel.page.evaluate(() => document.activeElement?.tagName), 'SUMMARY');
    await panel.page.keyboard.press('Enter');
    await table().waitFor();
    assert.deepEqual(await lines(), [
      'Process | Of the rows | Rows | Loops | Time | Pages',
      'Leader | 16 % | ~47,000 | 1 | 31.2 ms | 500 + 0',
      'Worker 0 | 1 % | 4,000 | 1 | 12 ms | 40 + 0',
      'Worker 1 | 83 % | 250,000 | 1 | 140 ms | 1,900 + 12',
    ]);
    await row('Sort').click();
    await table().waitFor();
    assert.match(await table().innerText(), /Worker 0.*25 kB.*\n.*Worker 1.*3 MB.*82.5 ms/s);
    await summary().press('Space');
    await row('Seq Scan').click();
    await summary().waitFor();
    assert.equal(await table().isVisible(), false);
  });

  it('has no shares where only memory is told', async () => {
    const told: PlanProcess = { ...nothing, worker: 0, memoryKb: 27 };
    const nodes = [node(0, null, 'Sort', { processes: [told, { ...told, worker: 1 }] })];
    await panel.show({ ...parallelReport, nodes } as PlanReport, 'other');
    assert.equal(await summary().innerText(), '2 processes');
    await summary().click();
    assert.deepEqual(await lines(), ['Process | Memory', 'Worker 0 | 27 kB', 'Worker 1 | 27 kB']);
  });

  it('shows hundreds of workers within the pane', async () => {
    const told: PlanProcess = { ...nothing, worker: 0, rows: 1, loops: 1 };
    const processes = Array.from({ length: 300 }, (_, worker) => ({ ...told, worker }));
    await panel.show({ ...parallelReport, nodes: [node(0, null, 'Sort', { processes })] }, 'many');
    await summary().click();
    const [inner, outer] = await panel.page
      .locator('.details')
      .evaluate((pane) => [pane.scrollHeight, pane.clientHeight] as const);
    assert.ok(inner > outer && outer < 400, `${inner} in ${outer}`);
    assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  });
});

const nothing: PlanProcess = {
  worker: null,
  loops: null,
  rows: null,
  ms: null,
  sharedHit: null,
  sharedRead: null,
  memoryKb: null,
  diskKb: null,
  jitMs: null,
};
