// What a person does with eyes, mouse and keyboard in the browser workbench, offered to tests over HTTP on the loopback
// interface: a test runs in the extension host, which has no way to look at the window or into a webview.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from './process.mjs';

/**
 * Serves the automation of a page. A request is a POST of `{ "action": …, … }`; the answer is the action's result as JSON,
 * or status 500 with `{ "error": message }`.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ url: string, close: () => void }>} the address holds a secret, so that no web page can call it
 */
export async function serveAutomation(page) {
  const path = `/${randomUUID()}`;
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST' || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    try {
      const { action, ...parameters } = JSON.parse(body);
      if (!Object.hasOwn(actions, action)) throw new Error(`There is no action ${action}.`);
      const result = await actions[action](page, parameters);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: error.message }));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}${path}`, close: () => server.close() };
}

/** `selector` is Playwright's; `frame` is `workbench` (the default) or `webview`; `timeout` is in milliseconds. */
const actions = {
  /** A line of the tests' own output. */
  async print(_page, { line }) {
    console.log(line);
  },
  /** Writes out/screenshots/NAME.png and returns its path. */
  async screenshot(page, { name }) {
    const folder = join(root, 'out', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    return file;
  },
  async click(page, { button = 'left', clickCount = 1, modifiers, ...where }) {
    const options = { button, clickCount, modifiers, timeout: where.timeout ?? 10_000 };
    await (await find(page, where)).first().click(options);
  },
  async hover(page, where) {
    await (await find(page, where)).first().hover({ timeout: where.timeout ?? 10_000 });
  },
  /** Keys by Playwright's names, as `Control+Period`, one after the other. */
  async press(page, { keys }) {
    for (const key of keys) await page.keyboard.press(key);
  },
  async type(page, { text, delay = 20 }) {
    await page.keyboard.type(text, { delay });
  },
  /** The text of every match, in document order; waits for the first. */
  async texts(page, where) {
    return (await find(page, where)).allInnerTexts();
  },
  /** The number of matches now, without waiting. */
  async count(page, { selector, frame }) {
    const counts = await Promise.all(
      frames(page, frame).map((each) =>
        each
          .locator(selector)
          .count()
          .catch(() => 0),
      ),
    );
    return Math.max(0, ...counts);
  },
  async resize(page, { width, height }) {
    await page.setViewportSize({ width, height });
  },
};

function frames(page, frame = 'workbench') {
  if (frame === 'workbench') return [page.mainFrame()];
  if (frame === 'webview') return page.frames().filter((each) => each !== page.mainFrame());
  throw new Error(`frame is "workbench" or "webview", not "${frame}".`);
}

/** Waits until some frame holds a visible match. Webviews are frames in frames that come and go. */
async function find(page, { selector, frame, timeout = 10_000 }) {
  const end = Date.now() + timeout;
  for (;;) {
    for (const each of frames(page, frame)) {
      const locator = each.locator(selector);
      const visible = await locator
        .first()
        .isVisible()
        .catch(() => false);
      if (visible) return locator;
    }
    if (Date.now() > end) throw new Error(`No ${selector} in the ${frame ?? 'workbench'} within ${timeout} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
