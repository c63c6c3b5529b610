// Eyes and hands of a test in the browser workbench (scripts/automation.mjs). In desktop VS Code there are none.

export interface Where {
  /** Playwright's selectors: CSS, `text=…`, `role=…`, `xpath=…`. */
  readonly selector: string;
  readonly frame?: 'workbench' | 'webview';
  /** Milliseconds to wait for it; 10,000 unless told. */
  readonly timeout?: number;
}

async function call(action: string, parameters: object): Promise<unknown> {
  const url = process.env.PGREVIEW_AUTOMATION;
  if (!url) throw new Error('There is no automation in desktop VS Code: skip this step where `canSee` is false.');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ action, ...parameters }) });
  const answer = (await response.json()) as { error?: string } | null;
  if (!response.ok) throw new Error(answer?.error ?? `${action} failed`);
  return answer;
}

/** Whether this VS Code runs in a browser that can be looked at and clicked in. */
export const canSee = Boolean(process.env.PGREVIEW_AUTOMATION);

let printed: Promise<unknown> = Promise.resolve();

/** Prints a line where the tests were started, in order. Await {@link flush} before the end. */
export function print(line: string): void {
  printed = canSee ? printed.then(() => call('print', { line })) : printed;
  if (!canSee) console.log(line);
}

export function flush(): Promise<unknown> {
  return printed;
}

/** Writes out/screenshots/NAME.png; does nothing in desktop VS Code. */
export async function screenshot(name: string): Promise<void> {
  if (canSee) await call('screenshot', { name });
}

export async function click(where: Where & { button?: 'left' | 'right'; clickCount?: number }): Promise<void> {
  await call('click', where);
}

export async function hover(where: Where): Promise<void> {
  await call('hover', where);
}

/** Keys by Playwright's names, as `Control+Period`, one after the other. */
export async function press(...keys: string[]): Promise<void> {
  await call('press', { keys });
}

export async function type(text: string): Promise<void> {
  await call('type', { text });
}

/** The text of every match; waits until the first is visible. */
export async function texts(where: Where): Promise<string[]> {
  return (await call('texts', where)) as string[];
}

/** The number of matches now. */
export async function count(where: Where): Promise<number> {
  return (await call('count', where)) as number;
}

export async function resize(width: number, height: number): Promise<void> {
  await call('resize', { width, height });
}
