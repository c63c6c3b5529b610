/** How long a language server takes from an edit to the diagnostics of the edited text. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LanguageClient, wait } from './languageClient.ts';
import { peakMemory } from './processTree.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface Server {
  readonly name: string;
  readonly command: readonly string[];
  /** Diagnostics are waited for although the server could be asked. */
  readonly push?: true;
}

export interface Typing {
  readonly mode: 'pull' | 'push';
  /** Milliseconds from didOpen to the first diagnostics, in a server that has just started. */
  readonly openMs: number;
  /** Milliseconds, of the edits behind the warm-up. */
  readonly edits: Spread;
  /** Of so many broken statements that were inserted, and so many that were removed. */
  readonly seen: readonly [right: number, of: number];
  readonly cleared: readonly [right: number, of: number];
  /** Of all the server's processes together. */
  readonly peakMB: number | null;
}

const warmUp = 2;
const measured = 40;
const broken = 'selec 1 fro x;';

/** Inserts a broken statement and removes it again, at places spread over the file. */
export async function measureTyping(server: Server, file: string): Promise<Typing> {
  const text = readFileSync(file, 'utf8');
  const uri = pathToFileURL(file).href;
  const client = new LanguageClient(server.command, dirname(file));
  try {
    const canPull = server.push !== true;
    const pulls = (await client.initialize(pathToFileURL(dirname(file)).href, canPull)) && canPull;
    await wait(100);
    let version = 1;
    const timed = (send: () => void): ReturnType<LanguageClient['pull']> =>
      pulls ? client.pull(uri, send) : client.push(uri, version, send);
    const textDocument = { uri, languageId: 'sql', version, text };
    const { ms: openMs } = await timed(() => client.notify('textDocument/didOpen', { textDocument }));

    const beginnings = text.split('\n').flatMap((line, i) => (line.endsWith(';') ? [i + 1] : []));
    const times: number[] = [];
    const right = { seen: 0, cleared: 0 };
    for (let n = -warmUp; n < measured; n++) {
      const inserts = (n + warmUp) % 2 === 0;
      const pair = Math.floor((n + warmUp) / 2);
      // the golden ratio's multiples lie nowhere close together
      const line = beginnings[Math.floor(((pair * 0.618034) % 1) * beginnings.length)]!;
      const start = { line, character: 0 };
      const change = inserts
        ? { range: { start, end: start }, text: `${broken}\n` }
        : { range: { start, end: { line: line + 1, character: 0 } }, text: '' };
      version++;
      const { ms, diagnostics } = await timed(() =>
        client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [change] }),
      );
      if (n < 0) continue;
      times.push(ms);
      const error = diagnostics.some(
        (d) => (d.severity ?? 1) === 1 && d.range.start.line <= line && d.range.end.line >= line,
      );
      if (inserts && error) right.seen++;
      if (!inserts && !error) right.cleared++;
    }
    return {
      mode: pulls ? 'pull' : 'push',
      openMs,
      edits: spreadOf(times),
      seen: [right.seen, measured / 2],
      cleared: [right.cleared, measured / 2],
      peakMB: peakMemory(client.process.pid!),
    };
  } finally {
    await client.stop();
  }
}

/** Milliseconds from starting the server to the diagnostics of a small file. */
export async function measureColdStart(server: Server, file: string, runs: number): Promise<Spread> {
  const text = readFileSync(file, 'utf8');
  const uri = pathToFileURL(file).href;
  const times: number[] = [];
  for (let n = 0; n < runs; n++) {
    const started = performance.now();
    const client = new LanguageClient(server.command, dirname(file));
    try {
      const pulls = await client.initialize(pathToFileURL(dirname(file)).href, true);
      const textDocument = { uri, languageId: 'sql', version: 1, text };
      const open = (): void => client.notify('textDocument/didOpen', { textDocument });
      const before = performance.now() - started;
      const { ms } = pulls ? await client.pull(uri, open) : await client.push(uri, 1, open);
      times.push(before + ms);
    } finally {
      await client.stop();
    }
  }
  return spreadOf(times);
}
