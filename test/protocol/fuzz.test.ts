/**
 * Real SQL is mutated over the protocol, as fast as the server answers. PGREVIEW_FUZZ_SECONDS says for how long (10),
 * PGREVIEW_FUZZ_SEED repeats a run, PGREVIEW_REGRESS adds that folder's files to our own.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { tokenize } from '../../server/src/text/lexer.ts';
import { type CorpusFile, ownCorpus, randomNumbers, regressionCorpus } from '../harness/corpus.ts';
import { Client } from './client.ts';

const seconds = Number(process.env.PGREVIEW_FUZZ_SECONDS ?? 10);
const seed = Number(process.env.PGREVIEW_FUZZ_SEED ?? Date.now() % 1_000_000);
/** Milliseconds; for a machine that does other things beside. */
const slowest = 2000;
const uri = 'file:///fuzz.sql';
const corpus: readonly CorpusFile[] = [...ownCorpus, ...(regressionCorpus ?? [])].filter((f) => f.text.length > 200);

const marks = [
  "'",
  '"',
  '$$',
  '$a$',
  '/*',
  '*/',
  '--',
  '(',
  ')',
  ';',
  ',',
  '\\',
  '\n',
  '\r\n',
  ':',
  '{{',
  '}}',
  'E',
  '%s',
];
const foreign = ['é', '日本語', '👍', '\u202e', 'ﬁ', '\u0000', '\ufeff', '\ud800', 'İ', 'ü'.repeat(40)];
const words = [
  'SELECT',
  'BEGIN ATOMIC',
  'END',
  'COPY t FROM stdin;',
  'CREATE',
  'selec',
  'AUTO_INCREMENT',
  '==',
  'FROM',
];

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

class Mutator {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  edit(text: string): Edit {
    const at = this.below(text.length + 1);
    const from = Math.max(0, at - 400);
    const tokens = tokenize(text.slice(from, at + 400)).map((t) => ({ start: from + t.start, end: from + t.end }));
    const token = tokens.length > 0 ? this.pick(tokens) : { start: at, end: at };
    const other = tokens.length > 0 ? this.pick(tokens) : token;
    const insert = (inserted: string): Edit => ({ from: at, to: at, text: inserted });
    switch (this.below(12)) {
      case 0:
        return { from: token.start, to: token.end, text: '' };
      case 1:
        return { from: token.end, to: token.end, text: ` ${text.slice(token.start, token.end)}` };
      case 2:
        return { from: token.start, to: token.end, text: text.slice(other.start, other.end) };
      case 3:
      case 4:
        return insert(this.pick(marks));
      case 5:
        return insert(this.pick(foreign));
      case 6:
        return insert(` ${this.pick(words)} `);
      case 7:
        return { from: at, to: Math.min(text.length, at + this.below(60)), text: '' };
      case 8: {
        // splice: a part of another file
        const { text: source } = this.pick(corpus);
        const start = this.below(source.length);
        return insert(source.slice(start, start + this.below(600)));
      }
      case 9:
        return this.below(20) === 0 ? insert(this.paste()) : insert(this.pick(marks));
      case 10:
        return this.below(10) === 0
          ? { from: at, to: Math.min(text.length, at + this.below(text.length)), text: '' }
          : insert('x');
      default:
        return insert(this.pick(['a', ' ', '1', '_', '.']));
    }
  }

  /** Some hundred kilobytes at once. */
  paste(): string {
    const { text } = this.pick(corpus);
    const piece = text.slice(0, 4000);
    return this.pick([piece.repeat(50), this.pick(marks).repeat(2000), `${'a, '.repeat(30_000)}`]);
  }
}

/** Halves of a surrogate pair do not survive UTF-8: an editor sends none. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** MB that the server's process holds; null where the system does not say. */
function memoryOf(pid: number | undefined): number | null {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? Number(kilobytes) / 1024 : null;
  } catch {
    return null;
  }
}

describe(`Fuzzing for ${seconds} s (seed ${seed})`, function () {
  this.timeout((seconds + 60) * 1000);
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(async () => assert.equal(await client.stop(), 0));

  const counts = { edits: 0, requests: 0, cancelled: 0, files: 0, slowest: 0, slowestOf: '' };

  async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    const ms = performance.now() - started;
    counts.requests++;
    if (ms > counts.slowest) {
      counts.slowest = ms;
      counts.slowestOf = what;
    }
    assert.ok(ms < slowest, `${what} took ${Math.round(ms)} ms (seed ${seed}, edit ${counts.edits})`);
    return result;
  }

  /** One edit, or the undoing of the one before. */
  async function mutate(mutator: Mutator, undo: Edit[]): Promise<void> {
    const text = client.document(uri).getText();
    const last = mutator.below(4) === 0 ? undo.pop() : undefined;
    const edit = last ?? mutator.edit(text);
    const inserted = wellFormed(edit.text);
    const start = client.document(uri).positionAt(edit.from);
    const end = client.document(uri).positionAt(edit.to);
    const from = client.document(uri).offsetAt(start);
    const to = client.document(uri).offsetAt(end);
    if (!last) undo.push({ from, to: from + inserted.length, text: text.slice(from, to) });
    await client.change(uri, [{ range: { start, end }, text: inserted }]);
    counts.edits++;
  }

  async function ask(mutator: Mutator): Promise<void> {
    const document = client.document(uri);
    const position = document.positionAt(mutator.below(document.getText().length + 1));
    switch (mutator.below(8)) {
      case 0: {
        const context = { diagnostics: [], triggerKind: 1 as const };
        const range = { start: position, end: position };
        await timed('code actions', () =>
          client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context }),
        );
        return;
      }
      case 1:
        await timed('code lenses', () =>
          client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } }),
        );
        return;
      case 2: {
        const source = new CancellationTokenSource();
        const params = { textDocument: { uri } };
        const answer = client.connection.sendRequest('textDocument/diagnostic', params, source.token);
        source.cancel();
        await timed('a cancelled request', () => answer.catch(() => null));
        counts.cancelled++;
        return;
      }
      case 3:
        // several keys before the editor asks again
        return;
      default: {
        const diagnostics = await timed('diagnostics', () => client.diagnostics(uri));
        for (const { range } of diagnostics) {
          assert.ok(range.start.line >= 0 && range.end.line < document.lineCount, 'a range outside the document');
          assert.ok(
            document.offsetAt(range.start) <= document.offsetAt(range.end),
            'a range that ends before it starts',
          );
        }
      }
    }
  }

  async function fresh(text: string): Promise<Diagnostic[]> {
    await client.close(uri);
    await client.open(uri, text);
    return client.diagnostics(uri);
  }

  it('meets no crash, no answer over 2 s and no growing memory, and ends with what a fresh document has', async () => {
    const mutator = new Mutator(randomNumbers(seed));
    const memory: number[] = [];
    const end = Date.now() + seconds * 1000;
    const warm = Date.now() + (seconds * 1000) / 4;
    let warmMemory: number | null = null;
    while (Date.now() < end) {
      counts.files++;
      await client.open(uri, wellFormed(mutator.pick(corpus).text));
      const undo: Edit[] = [];
      for (let n = 0; n < 150 && Date.now() < end; n++) {
        await mutate(mutator, undo);
        await ask(mutator);
      }
      const text = client.document(uri).getText();
      const incremental = await timed('diagnostics', () => client.diagnostics(uri));
      const afresh = await fresh(text);
      // of thousands of findings those nearest to the last edit are shown, and a fresh document has none: only their number is the same
      const capped = (list: readonly Diagnostic[]): boolean => list[0]?.code === 'more-findings';
      if (capped(incremental)) assert.deepEqual(incremental[0], afresh[0], `seed ${seed}, file ${counts.files}`);
      else assert.deepEqual(incremental, afresh, `seed ${seed}, file ${counts.files}`);
      await client.close(uri);
      const now = memoryOf(client.process.pid);
      if (now !== null) memory.push(now);
      if (Date.now() > warm) warmMemory ??= now;
    }
    assert.deepEqual(
      client.logged.filter((m) => /review .*(?:crashed|gave no answer|ended)/.test(m)),
      [],
    );
    assert.equal(client.stderr, '');
    const half = Math.floor(memory.length / 2);
    const peak = (list: readonly number[]): number => Math.round(Math.max(0, ...list));
    console.log(
      `      ${counts.edits} edits in ${counts.files} files, ${counts.requests} answers (${counts.cancelled} cancelled); ` +
        `slowest ${Math.round(counts.slowest)} ms (${counts.slowestOf}); memory ${Math.round(memory[0] ?? 0)} MB at first, ` +
        `${Math.round(warmMemory ?? 0)} MB warm, ${Math.round(memory.at(-1) ?? 0)} MB at the end; ` +
        `peak ${peak(memory.slice(0, half))} MB in the first half, ${peak(memory.slice(half))} MB in the second`,
    );
    assert.ok(counts.edits > seconds * 5, `only ${counts.edits} edits`);
    // a heap breathes, and in its first minute it grows to its size: what leaked would show in the peaks of later halves
    if (seconds >= 120) assert.ok(peak(memory.slice(half)) < 1.5 * peak(memory.slice(0, half)) + 100, String(memory));
  });
});
