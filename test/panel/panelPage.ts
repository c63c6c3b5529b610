// Opens the panel, as it is built and under the policy it runs with, in a real browser; stands in for VS Code.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../client/src/panelHtml.ts';
import type { CopyFormat, EarlierPlan, FromPanel, ShownPlan, ToPanel } from '../../client/src/panelMessages.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { type ThemeName, themes } from './themes.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const origin = 'https://panel.example';

interface HostWindow extends Window {
  posted: FromPanel[];
  state: unknown;
}

export interface PanelPage {
  readonly page: Page;
  show(report: PlanReport, id?: string, earlier?: EarlierPlan): Promise<void>;
  /** The host says that the cursor stands on the text of these nodes. */
  mark(nodes: readonly number[]): Promise<void>;
  /** The host sends the reader to a node. */
  goTo(node: number): Promise<void>;
  /** The host wants the plan to be saved: an answer to the last one is forgotten. */
  export(format: CopyFormat, anonymised: boolean): Promise<void>;
  /** What the panel has posted so far, without its first word. */
  posted(): Promise<readonly FromPanel[]>;
  /** Waits for a message of the type and gives the last. */
  message<Type extends FromPanel['type']>(type: Type): Promise<Extract<FromPanel, { type: Type }>>;
  /** Draws the document anew, keeping the saved state, as when the panel was hidden. */
  reload(): Promise<void>;
  /** Everything that went wrong in the page: exceptions, refused styles and scripts. */
  readonly problems: readonly string[];
}

/** Bundles the panel once; as scripts/build.mjs does, but into memory. */
let bundled: Promise<{ script: string; style: string }> | null = null;

async function bundle(): Promise<{ script: string; style: string }> {
  const options: esbuild.BuildOptions = {
    bundle: true,
    minify: true,
    keepNames: true,
    write: false,
    target: 'chrome128',
  };
  const text = async (file: string) => {
    const entry = join(root, 'client', 'panel', file);
    const result = await esbuild.build({ ...options, format: 'iife', entryPoints: [entry] });
    return result.outputFiles![0]!.text;
  };
  return { script: await text('main.ts'), style: await text('panel.css') };
}

export async function openPanel(
  browser: Browser,
  options: { theme?: ThemeName; width?: number; height?: number } = {},
): Promise<PanelPage> {
  bundled ??= bundle();
  const { script, style } = await bundled;
  const theme = themes[options.theme ?? 'dark'];
  const page = await browser.newPage({ viewport: { width: options.width ?? 900, height: options.height ?? 720 } });
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });

  const html = panelHtml({
    cspSource: origin,
    nonce: 'test',
    script: `${origin}/panel.js`,
    style: `${origin}/panel.css`,
  });
  const bodies: Record<string, { contentType: string; body: string }> = {
    '/': { contentType: 'text/html', body: html },
    '/panel.js': { contentType: 'text/javascript', body: script },
    '/panel.css': { contentType: 'text/css', body: style },
  };
  await page.route(`${origin}/**`, (route) => {
    const found = bodies[new URL(route.request().url()).pathname];
    return found ? route.fulfill(found) : route.fulfill({ status: 204 });
  });
  await page.addInitScript(
    ({ variables, bodyClass }) => {
      const host = window as unknown as HostWindow & { acquireVsCodeApi: unknown };
      host.posted = [];
      const saved = sessionStorage.getItem('state');
      host.state = saved === null ? undefined : JSON.parse(saved);
      host.acquireVsCodeApi = () => ({
        postMessage: (message: FromPanel) => host.posted.push(message),
        getState: () => host.state,
        setState: (state: unknown) => {
          host.state = state;
          // a plan of many megabytes does not fit
          const text = JSON.stringify(state);
          if (text.length < 2_000_000) sessionStorage.setItem('state', text);
        },
      });
      document.addEventListener('DOMContentLoaded', () => {
        for (const [name, value] of Object.entries(variables))
          document.documentElement.style.setProperty(`--vscode-${name}`, value);
        document.body.className = bodyClass;
      });
    },
    { variables: theme.variables, bodyClass: theme.bodyClass },
  );
  await page.goto(`${origin}/`);

  const posted = async () => {
    const all = await page.evaluate(() => (window as unknown as HostWindow).posted);
    return all.filter(({ type }) => type !== 'ready');
  };
  return {
    page,
    problems,
    posted,
    async show(report, id = 'first', earlier) {
      const plan: ShownPlan = { id, report, sourceText: report.sql, ...(earlier ? { earlier } : {}) };
      await post(page, { type: 'show', plan });
      await page.locator('[role=treegrid], .json').first().waitFor({ state: 'attached' });
    },
    mark: (nodes) => post(page, { type: 'mark', nodes }),
    goTo: (node) => post(page, { type: 'goTo', node }),
    async export(format, anonymised) {
      await page.evaluate(() => {
        const host = window as unknown as HostWindow;
        host.posted = host.posted.filter(({ type }) => type !== 'save');
      });
      await post(page, { type: 'export', format, anonymised });
    },
    async message<Type extends FromPanel['type']>(type: Type) {
      await page.waitForFunction(
        (wanted) => (window as unknown as HostWindow).posted.some((message) => message.type === wanted),
        type,
      );
      const found = (await posted()).findLast((message) => message.type === type);
      return found as Extract<FromPanel, { type: Type }>;
    },
    async reload() {
      await page.reload();
    },
  };
}

/** Comes back when the panel has taken the message. */
async function post(page: Page, message: ToPanel): Promise<void> {
  await page.evaluate(
    (sent) =>
      new Promise<void>((resolve) => {
        window.addEventListener('message', () => resolve(), { once: true });
        window.postMessage(sent, '*');
      }),
    message,
  );
}
