/** How long the language server takes from a key press in a schema of Prisma's to the diagnostics of the edited schema. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import { LanguageClient, wait } from './languageClient.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface PrismaTyping {
  readonly lines: number;
  /** Findings in the schema before the first key. */
  readonly findings: number;
  readonly openMs: number;
  /** Milliseconds, of the keys behind the warm-up. */
  readonly keys: Spread;
  /** Of so many lines typed, those whose own finding was there at the last key, and gone once it was deleted. */
  readonly right: number;
  readonly of: number;
  /** Milliseconds from a key to the finding that the migrations do not make the schema as it stands now, the pause included. */
  readonly drift: Spread;
  /** Of the first time: the engine and the embedded Postgres start, and the migrations run. */
  readonly driftFirstMs: number;
}

const warmUp = 20;
const typed = '\n  typed Float @db.Real';
const places = 20;
const driftEdits = 8;

/** Models with relations, indexes and enums, every third with something to be said of it; a few lines more than asked for. */
export function generateSchema(lines: number): string {
  const enumeration = 'enum State {\n  OPEN\n  DONE\n}\n';
  for (let count = 1; ; count++) {
    const models = Array.from({ length: count }, (_, n) => modelText(n, count));
    const text = withDatasource([enumeration, ...models].join('\n'));
    if (text.split('\n').length >= lines) return text;
  }
}

function modelText(n: number, count: number): string {
  const parent = `  parent    Item${n >> 1}?   @relation("of${n}", fields: [parentId], references: [id], onDelete: Cascade)\n`;
  const children = [2 * n, 2 * n + 1].filter((child) => child > 0 && child < count);
  const index = n % 3 === 0 ? '' : '  @@index([parentId])\n';
  return `/// Item number ${n}
model Item${n} {
  id        BigInt    @id @default(autoincrement())
  title     String    @unique
  state     State     @default(OPEN)
  amount    Decimal   @db.Decimal(12, 2)
  createdAt DateTime  @default(now()) @db.Timestamptz(3)
  updatedAt DateTime  @updatedAt @db.Timestamptz(3)
${n > 0 ? parent : ''}  parentId  BigInt?
${children.map((child) => `  of${child} Item${child}[] @relation("of${child}")\n`).join('')}
${index}  @@index([state, createdAt])
}
`;
}

export async function measurePrisma(command: readonly string[], folder: string, lines: number): Promise<PrismaTyping> {
  const text = generateSchema(lines);
  mkdirSync(join(folder, 'prisma', 'migrations', '20260101000000_init'), { recursive: true });
  const migration = join(folder, 'prisma', 'migrations', '20260101000000_init', 'migration.sql');
  writeFileSync(migration, await migrationSql(null, text));
  const file = join(folder, 'prisma', 'schema.prisma');
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  const client = new LanguageClient(command, folder);
  try {
    await client.initialize(pathToFileURL(folder).href, true);
    // the migrations are read in the meantime
    await wait(1500);
    const textDocument = { uri, languageId: 'prisma', version: 1, text };
    const { ms: openMs, diagnostics } = await client.pull(uri, () =>
      client.notify('textDocument/didOpen', { textDocument }),
    );
    let version = 1;
    const change = (range: object, inserted: string) =>
      client.pull(uri, () => {
        version++;
        client.notify('textDocument/didChange', {
          textDocument: { uri, version },
          contentChanges: [{ range, text: inserted }],
        });
      });
    const heads = text.split('\n').flatMap((line, i) => (/^model /.test(line) ? [i] : []));
    const times: number[] = [];
    let right = 0;
    for (let place = 0; place < places; place++) {
      const line = heads[Math.floor(((place * 0.618034) % 1) * heads.length)] as number;
      const head = text.split('\n')[line] as string;
      let at = { line, character: head.length };
      let told = false;
      for (const key of typed) {
        const { ms, diagnostics: now } = await change({ start: at, end: at }, key);
        at = key === '\n' ? { line: line + 1, character: 0 } : { line: at.line, character: at.character + 1 };
        times.push(ms);
        told = now.some((d) => d.range.start.line === line + 1);
      }
      const gone = await change({ start: { line, character: head.length }, end: at }, '');
      if (told && !gone.diagnostics.some((d) => d.range.start.line === line + 1)) right++;
    }
    const keys = spreadOf(times.slice(warmUp));
    return {
      lines: text.split('\n').length,
      findings: diagnostics.length,
      openMs,
      keys,
      right,
      of: places,
      ...(await measureDrift(command, folder, uri, text)),
    };
  } finally {
    await client.stop();
  }
}

/** In an editor of its own, which asks again when it is told that there is more to know. */
async function measureDrift(
  command: readonly string[],
  folder: string,
  uri: string,
  text: string,
): Promise<Pick<PrismaTyping, 'drift' | 'driftFirstMs'>> {
  const lines = text.split('\n');
  const heads = lines.flatMap((line, i) => (/^model /.test(line) ? [i] : []));
  const client = new LanguageClient(command, folder);
  try {
    await client.initialize(pathToFileURL(folder).href, true, true);
    await wait(1500);
    const textDocument = { uri, languageId: 'prisma', version: 1, text };
    client.notify('textDocument/didOpen', { textDocument });
    let version = 1;
    const change = (range: object, inserted: string) =>
      client.pull(uri, () => {
        const contentChanges = [{ range, text: inserted }];
        client.notify('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges });
      });
    const times: number[] = [];
    for (let i = 0; i < driftEdits; i++) {
      const line = heads[i * 3] as number;
      const at = { line, character: (lines[line] as string).length };
      const field = `\n  drift${i} String?`;
      const started = performance.now();
      let now = (await change({ start: at, end: at }, field)).diagnostics;
      while (!now.some(({ code, message }) => code === 'schema-not-migrated' && message.includes(`"drift${i}"`))) {
        if (performance.now() - started > 60_000) throw new Error('The drift was not told.');
        await wait(20);
        now = (await client.pull(uri, () => {})).diagnostics;
      }
      times.push(performance.now() - started);
      await change({ start: at, end: { line: line + 1, character: field.length - 1 } }, '');
    }
    const [driftFirstMs = 0, ...warm] = times;
    return { drift: spreadOf(warm), driftFirstMs };
  } finally {
    await client.stop();
  }
}
