// What leaves the panel and what comes in: copies in every form, files, plans that are dropped and pasted.
import assert from 'node:assert/strict';
import type { CopyFormat } from '../../client/src/panelMessages.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { eachPanel, suiteBrowser } from './eachPanel.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { deepReport, node, shopReport } from './reports.ts';

describe('copies of a plan', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  eachPanel((opened) => {
    panel = opened;
  });

  const button = (name: string) => panel.page.getByRole('button', { name, exact: true });
  const status = () => panel.page.locator('.copying [role=status]').textContent();

  async function copied(format: string, anonymised = false): Promise<string> {
    if (!(await panel.page.locator('.copying').isVisible())) await button('Copy or Save…').click();
    await panel.page.getByLabel('Copy as').selectOption(format);
    await panel.page.getByLabel('Anonymise').setChecked(anonymised);
    const before = (await panel.posted()).length;
    await button('Copy').click();
    await panel.page.waitForFunction(
      (count) =>
        (window as unknown as { posted: { type: string }[] }).posted.filter(({ type }) => type !== 'ready').length >
        count,
      before,
    );
    return (await panel.message('copy')).text;
  }

  async function saved(format: CopyFormat, anonymised = false): Promise<string> {
    await panel.export(format, anonymised);
    const message = await panel.message('save');
    assert.equal(message.format, format);
    return message.content;
  }

  it('are text, Markdown, JSON and SVG', async () => {
    await panel.show(shopReport);
    const text = await copied('text');
    assert.match(
      text,
      /^ {12}-> Seq Scan on orders o {2}\(979 ms, 52 %; rows 71,989 of 170 planned ×423; cost 45,900\)$/m,
    );
    assert.match(text, /^ {17}Filter: \(\(status = 'pending'::text\)/m);
    assert.match(text, /^warning: Seq Scan reads 5,000,000 rows/m);
    assert.deepEqual(JSON.parse(await copied('json')), shopReport.plan);
    assert.match(await copied('markdown'), /^\| (?:&nbsp;){12}`Seq Scan on orders o` \| 979 ms \| 52 % \|/m);
    const svg = await copied('svg');
    assert.match(svg, /<text [^>]*>Seq Scan on orders o<\/text>/);
    assert.equal(await status(), 'Copied the picture as SVG.');
  });

  it('have no name and no constant of the plan when it is anonymised', async () => {
    await panel.show(shopReport);
    for (const format of ['text', 'markdown', 'json', 'svg']) {
      const text = await copied(format, true);
      assert.doesNotMatch(text, /orders|customers|refunds|order_items|pending|placed_at|30 days|staging/, format);
    }
    assert.match(await copied('text', true), /Seq Scan on table\d alias\d {2}\(979 ms, 52 %/);
  });

  it('draw what is looked at: the tree as it is folded, or the icicle, in the theme’s colours', async () => {
    await panel.show(shopReport);
    await panel.page.locator('.row').filter({ hasText: 'Hash Join' }).first().locator('.twisty').click();
    const folded = await copied('svg');
    assert.match(folded, />Hash Join</);
    assert.doesNotMatch(folded, />Seq Scan on orders o</);
    assert.match(folded, /fill="rgb\(31, 31, 31\)"/);
    await button('Icicle').click();
    await panel.page.getByLabel('Colour by').selectOption('buffers');
    assert.match(await copied('svg'), /<title>Index Scan on order_items i using [^<]*: 286,812 pages itself/);
  });

  it('are a PNG of the same picture', async () => {
    await panel.show(shopReport);
    const png = Buffer.from(await saved('png'), 'base64');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const [, svgWidth, svgHeight] = /width="(\d+)" height="(\d+)"/.exec(await saved('svg')) ?? [];
    assert.deepEqual([width, height], [2 * Number(svgWidth), 2 * Number(svgHeight)]);
    assert.ok(png.length > 20_000 && png.length < 400_000, `${png.length} bytes`);
    await panel.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('Copy or Save…').click();
    await panel.page.getByLabel('Copy as').selectOption('png');
    await button('Copy').click();
    await panel.page.waitForFunction(() => document.querySelector('.copying [role=status]')?.textContent !== '');
    assert.equal(await status(), 'Copied the picture.');
    const types = await panel.page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    assert.deepEqual(types, ['image/png']);
  });

  it('are refused with a word where a PNG would be too long, and not where its parts are folded', async () => {
    await panel.show(deepReport(3_000));
    await button('Copy or Save…').click();
    await panel.page.getByLabel('Copy as').selectOption('png');
    await button('Save As…').click();
    assert.match((await status()) ?? '', /too long for a PNG picture/);
    assert.deepEqual(await panel.posted(), []);
    await button('Collapse').click();
    assert.ok((await saved('png')).length > 1_000);
  });

  it('are saved as they are copied, asked for by the button or by the command', async () => {
    await panel.show(shopReport);
    const markdown = await copied('markdown', true);
    await button('Save As…').click();
    assert.equal((await panel.message('save')).content, markdown);
    assert.equal(await saved('text'), await copied('text'));
  });

  it('open by keyboard, and close with Escape', async () => {
    await panel.show(shopReport);
    await button('Copy or Save…').focus();
    await panel.page.keyboard.press('Enter');
    assert.equal(await button('Copy or Save…').getAttribute('aria-expanded'), 'true');
    assert.equal(await panel.page.evaluate(() => document.activeElement?.tagName), 'SELECT');
    await panel.page.keyboard.press('Escape');
    assert.ok(await panel.page.locator('.copying').isHidden());
    assert.equal(await panel.page.evaluate(() => document.activeElement?.textContent), 'Copy or Save…');
  });

  const plan = 'Seq Scan on orders  (cost=0.00..1.00 rows=1 width=4)';

  it('come in again: text and files that are dropped, text that is pasted', async () => {
    await panel.show(shopReport);
    const drop = (fill: { text?: string; file?: string; uri?: string }) =>
      panel.page.evaluate(({ text, file, uri }) => {
        const dataTransfer = new DataTransfer();
        if (text !== undefined) dataTransfer.setData('text/plain', text);
        if (uri !== undefined) dataTransfer.setData('text/uri-list', uri);
        if (file !== undefined) dataTransfer.items.add(new File([file], 'slow.plan'));
        const grid = document.querySelector('.grid')!;
        for (const type of ['dragover', 'drop'])
          grid.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }, fill);
    await drop({ text: plan });
    assert.deepEqual(await panel.message('open'), { type: 'open', text: plan });
    await drop({ file: `${plan} -- file` });
    await panel.page.waitForFunction(() => (window as unknown as { posted: unknown[] }).posted.length === 3);
    assert.equal((await panel.message('open')).text, `${plan} -- file`);
    await drop({ uri: '# a comment\nfile:///shop/slow.plan\n', text: '/shop/slow.plan' });
    assert.equal((await panel.message('openFile')).uri, 'file:///shop/slow.plan');
    assert.equal(await panel.page.evaluate(() => document.body.className.includes('dropping')), false);

    const paste = (selector: string) =>
      panel.page.evaluate(
        ([where, text]) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text!);
          const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
          document.querySelector(where!)!.dispatchEvent(event);
        },
        [selector, `${plan} pasted`],
      );
    await paste('.search input');
    const opened = async () => (await panel.posted()).filter(({ type }) => type === 'open').length;
    assert.equal(await opened(), 2, 'a field keeps what is pasted into it');
    await paste('.grid');
    assert.equal((await panel.message('open')).text, `${plan} pasted`);
  });
});

describe('a plan that is hostile', function () {
  this.timeout(120_000);
  const browser = suiteBrowser();

  /** The text in every place of a report that holds text. */
  const everywhere = (text: string): PlanReport => ({
    ...shopReport,
    sql: text,
    target: { name: text, version: text },
    plan: { [text]: text, Plan: { 'Node Type': text, Filter: text, Plans: [] }, Settings: { [text]: text } },
    nodes: [0, 1, 2, 3, 4, 5].map((id) =>
      node(id, id === 0 ? null : 0, text, {
        relation: text,
        alias: text,
        index: text,
        subplan: text,
        details: [
          [text, text],
          ['Filter', text],
          ['Settings', text],
          ['Join Type', text],
          ['Strategy', text],
        ],
        exclusive: { ...shopReport.nodes[6]!.exclusive },
      }),
    ),
    findings: [
      {
        code: text,
        node: 0,
        message: text,
        help: text,
        severity: 'warning',
        proof: 'none',
        index: { ...({ table: text, method: 'btree', keys: [text] } as const) },
      },
    ],
    notes: [text],
  });
  const formats: readonly CopyFormat[] = ['text', 'markdown', 'json', 'svg', 'png'];
  const views = ['Icicle', 'Statistics', 'JSON', 'Tree'];

  it('injects nothing in any place, view or copy', async () => {
    const nasty = [
      `<img src=x onerror="document.title='broken in'">`,
      `"><script>document.title='broken in'</script>`,
      `javascript:document.title='broken in'`,
      `']]><svg onload="document.title='broken in'">`,
      `$\{document.title}`,
      `</style><style>*{display:none}`,
    ].join(' ');
    const panel = await openPanel(browser());
    try {
      const parts = () => panel.page.locator('main :is(img, script, svg, style, iframe, object, a, [onerror])').count();
      await panel.show(everywhere(nasty), nasty, { label: nasty, report: everywhere(nasty) });
      assert.ok((await panel.page.locator('main').textContent())?.includes(nasty));
      for (const view of views) {
        await panel.page.getByRole('button', { name: view, exact: true }).click();
        assert.equal(await parts(), 0, view);
      }
      await panel.page.getByLabel('Find in the plan').fill('<img');
      for (const format of formats) {
        await panel.export(format, false);
        const { content } = await panel.message('save');
        if (format !== 'svg') continue;
        const broken = await panel.page.evaluate((svg) => {
          const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
          return [...document.querySelectorAll('*')]
            .flatMap(({ tagName, attributes }) => [tagName, ...[...attributes].map(({ name }) => name)])
            .filter((name) => /^(script|img|style|foreignObject|a|parsererror)$|^on|href/.test(name));
        }, content);
        assert.deepEqual(broken, []);
      }
      assert.notEqual(await panel.page.title(), 'broken in');
      assert.equal(await panel.page.evaluate(() => getComputedStyle(document.body).display !== 'none'), true);
      assert.deepEqual(panel.problems, []);
    } finally {
      await panel.page.close();
    }
  });

  it('does not hang with a megabyte in every place', async () => {
    const panel = await openPanel(browser());
    try {
      for (const unit of ['x', "(<a 'b "]) {
        const shown = await panel.page.evaluate(
          async ([report, part]) => {
            const long = part!.repeat(Math.ceil(1_000_000 / part!.length));
            const plan = {
              id: part,
              report: JSON.parse(report!.replaceAll('@@', JSON.stringify(long).slice(1, -1))),
              sourceText: '',
            };
            const start = performance.now();
            window.dispatchEvent(new MessageEvent('message', { data: { type: 'show', plan } }));
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            return performance.now() - start;
          },
          [JSON.stringify(everywhere('@@')), unit],
        );
        // more than fifty such texts are in it
        assert.ok(shown < 10_000, `${unit}: ${shown} ms`);
        const start = Date.now();
        for (const view of views) await panel.page.getByRole('button', { name: view, exact: true }).click();
        for (const format of formats) {
          await panel.export(format, format !== 'text');
          await panel.message('save');
        }
        const took = Date.now() - start;
        assert.ok(took < 40_000, `${unit}: ${took} ms`);
        const wide = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} px too wide`);
      }
      assert.deepEqual(panel.problems, []);
    } finally {
      await panel.page.close();
    }
  });
});
