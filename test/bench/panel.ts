/** The plan panel and pev2 in the same browser: from the plan to the last of it drawn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserArguments, browserExecutable } from '../../scripts/browser.mjs';
import { readPlan } from '../../server/src/explain/planFile.ts';
import { parser } from '../harness/parser.ts';
import { openPanel } from '../panel/panelPage.ts';
import { planOf } from './plans.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface PanelTimes {
  readonly viewer: string;
  readonly nodes: number;
  /** Milliseconds from handing over the plan until the browser has painted it. */
  readonly rendered: Spread;
  /** Elements in the document then. */
  readonly elements: number;
  /** Milliseconds that the page was busy with one zoom of the icicle; null where there is none. */
  readonly zoom: Spread | null;
}

const rounds = 5;
const panelSizes = [500, 5_000] as const;
/** It takes seconds for the small plan, and had not drawn the large one after seven minutes. */
const pev2 = { rounds: 3, mostNodes: 500 };

export async function measurePanels(peers: string): Promise<PanelTimes[]> {
  const browser = await chromium.launch({ executablePath: await browserExecutable(), args: browserArguments });
  try {
    const times: PanelTimes[] = [];
    for (const nodes of panelSizes) {
      times.push(await measureOurs(browser, nodes));
      if (nodes <= pev2.mostNodes) times.push(await measurePev2(browser, nodes, peers));
    }
    return times;
  } finally {
    await browser.close();
  }
}

const elements = (page: Page): Promise<number> => page.evaluate('document.querySelectorAll("*").length');

async function measureOurs(browser: Browser, nodes: number): Promise<PanelTimes> {
  const read = readPlan(JSON.stringify([planOf(nodes)]), parser);
  if (read.kind === 'error') throw new Error(read.message);
  const rendered: number[] = [];
  const zooms: number[] = [];
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const panel = await openPanel(browser);
    const plan = { id: `${round}`, report: read.reports[0], sourceText: '' };
    rendered.push(
      await panel.page.evaluate(async (shown) => {
        const start = performance.now();
        window.dispatchEvent(new MessageEvent('message', { data: { type: 'show', plan: shown } }));
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return performance.now() - start;
      }, plan),
    );
    count = await elements(panel.page);
    await panel.page.getByRole('button', { name: 'Icicle', exact: true }).click();
    zooms.push(
      await panel.page.evaluate(() => {
        const start = performance.now();
        const bars = document.querySelectorAll<HTMLElement>('.bar-node');
        bars[Math.floor(bars.length / 2)]?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
        // layout is done when it is asked for
        document.querySelector('.bars')?.getBoundingClientRect();
        return performance.now() - start;
      }),
    );
    await panel.page.close();
  }
  return { viewer: 'pgreview', nodes, rendered: spreadOf(rendered), elements: count, zoom: spreadOf(zooms) };
}

async function measurePev2(browser: Browser, nodes: number, peers: string): Promise<PanelTimes> {
  const file = (path: string): string => readFileSync(join(peers, 'node_modules', path), 'utf8');
  const rendered: number[] = [];
  let count = 0;
  for (let round = 0; round < pev2.rounds; round++) {
    const page = await browser.newPage({ viewport: { width: 900, height: 720 } });
    // it wants a page with a storage
    await page.route('https://pev2.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><body><div id="app" style="height:700px"></div></body>',
      }),
    );
    await page.goto('https://pev2.example/');
    await page.addStyleTag({ content: file('bootstrap/dist/css/bootstrap.min.css') });
    await page.addStyleTag({ content: file('pev2/dist/pev2.css') });
    await page.addScriptTag({ content: file('vue/dist/vue.global.prod.js') });
    await page.addScriptTag({ content: file('pev2/dist/pev2.umd.js') });
    const text = JSON.stringify([planOf(nodes)]);
    rendered.push(
      await page.evaluate(
        async ({ source }) => {
          const { Vue, pev2: viewer } = window as unknown as {
            Vue: {
              createApp(options: object): { component(name: string, value: unknown): void; mount(at: string): void };
            };
            pev2: { Plan: unknown };
          };
          const start = performance.now();
          const app = Vue.createApp({
            data: () => ({ plan: source, query: '' }),
            template: '<pev2 :plan-source="plan" :plan-query="query" />',
          });
          app.component('pev2', viewer.Plan);
          app.mount('#app');
          // its nodes appear some ticks later
          while (!document.querySelector('.plan-node')) await new Promise((done) => setTimeout(done));
          // two frames on, what was changed before has been painted
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return performance.now() - start;
        },
        { source: text },
      ),
    );
    count = await elements(page);
    await page.close();
  }
  return { viewer: 'pev2 1.21.0', nodes, rendered: spreadOf(rendered), elements: count, zoom: null };
}
