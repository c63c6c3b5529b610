/** Asks the other tools, each as its users run it: on a file with the statement, timeouts set. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryOf } from '../../bench/peers.ts';
import type { Answer } from './answers.ts';

export const peers = ['Squawk', 'Postgres Language Server', 'pgfence'] as const;
export type Peer = (typeof peers)[number];

/** So that no tool asks for timeouts, which is not what is compared. */
export const preamble = "SET lock_timeout = '5s';\nSET statement_timeout = '1h';\n";

/** Rules of taste: they say nothing of what the statement does to those who use the tables. */
const ofTaste =
  /prefer|robust|timeout|bigint|serial|identity|text-field|char-field|naming|convention|if-not-exists|multipleAlterTable|banChar|requirePrimary|policy-info|row-?level|missing-primary-key/i;

/** @param folder where the packages of the tools are installed (with `node_modules` in it) */
export async function ask(peer: Peer, sql: string, folder: string): Promise<Answer> {
  const directory = mkdtempSync(join(tmpdir(), 'pgreview-compare-'));
  const file = join(directory, '1_migration.sql');
  writeFileSync(file, `${preamble}${sql};\n`);
  try {
    const said = (await answers[peer](file, folder)).filter((s) => !ofTaste.test(s.rule));
    return { said };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type Said = Answer['said'];

const answers: Readonly<Record<Peer, (file: string, folder: string) => Promise<Said>>> = {
  async Squawk(file) {
    const found = json(await output(binaryOf('squawk'), ['--reporter', 'json', file])) as {
      rule_name: string;
      message: string;
    }[];
    return found.map((f) => ({ rule: f.rule_name, message: f.message }));
  },
  async 'Postgres Language Server'(file) {
    const { diagnostics } = json(
      await output(binaryOf('postgres-language-server'), ['check', '--reporter', 'json', file]),
    ) as {
      diagnostics: { category?: string; message: string }[];
    };
    return diagnostics.map((d) => ({ rule: (d.category ?? '').split('/').at(-1) ?? '', message: d.message }));
  },
  async pgfence(file, folder) {
    const script = join(folder, 'node_modules', '@flvmnt', 'pgfence', 'dist', 'index.js');
    const printed = await output(process.execPath, [script, 'analyze', '--output', 'json', file]);
    if (!printed.includes('{')) return [{ rule: 'syntax', message: 'It cannot read the file.' }];
    const { results } = json(printed) as {
      results: { checks?: { ruleId: string; message: string; risk: string }[] }[];
    };
    return results
      .flatMap((r) => r.checks ?? [])
      .filter((c) => c.risk !== 'SAFE' && c.risk !== 'LOW')
      .map((c) => ({ rule: c.ruleId, message: c.message }));
  },
};

/** The tools exit with 1 when they find something. */
const output = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 10_000_000 }, (error, stdout) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(stdout);
    });
  });

/** The report begins with the first bracket: some print a line before it. */
const json = (text: string): unknown => JSON.parse(text.slice(text.search(/[[{]/)));
