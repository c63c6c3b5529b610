/**
 * The next migration of a Prisma schema: what Prisma's engine would write, made safe where a rule about locks or transactions
 * has a fix for it, in several migrations where statements must not share a transaction.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Reviewer } from '../document.ts';
import { behind, fileName } from '../history/followUps.ts';
import type { DriftStep } from '../prismaEngine/steps.ts';
import { rules } from '../rules/index.ts';
import type { Fix } from '../rules/rule.ts';
import { sourceFor } from '../sources/index.ts';
import { Text } from '../text/text.ts';
import type { NewFile } from '../tools/tool.ts';
import type { HistoryEnd } from '../workspace.ts';
import { changesOf } from './fixChanges.ts';

export interface NextMigration {
  /** As the engine writes it. */
  readonly plain: readonly NewFile[];
  /** In the order in which they run; the same as `plain` where no rule has anything to say. */
  readonly safe: readonly NewFile[];
}

/** More fixes than these are no rewriting any more. */
const maxFixes = 100;

const rewriting = new Set(
  rules.filter(({ family }) => family === 'locks' || family === 'transactions').map(({ id }) => id),
);

/**
 * @param words the new migration's name
 * @param end the history behind which it is to run
 */
export function nextMigration(words: string, steps: readonly DriftStep[], end: HistoryEnd): NextMigration | null {
  const { place } = end;
  const statements = steps.map(({ sql }) => sql);
  const written = place.tool.write?.(
    { name: fileName(words) || defaultName, statements, undo: [], outsideTransaction: false },
    place,
  );
  const [first] = written ?? [];
  if (!first || written?.length !== 1 || place.exists(first.uri)) return null;
  const plain = { uri: first.uri, text: `${steps.map(({ text }) => text).join('\n\n')}\n` };
  return { plain: [plain], safe: madeSafe(plain, end) };
}

function madeSafe(plain: NewFile, end: HistoryEnd): NewFile[] {
  let text = plain.text;
  const created: NewFile[] = [];
  for (let fixes = 0; fixes < maxFixes; fixes++) {
    const changes = firstFix({ uri: plain.uri, text }, created, end);
    if (!changes) break;
    text = changes.text;
    created.push(...changes.created);
  }
  return [{ uri: plain.uri, text }, ...created];
}

function firstFix(
  file: NewFile,
  created: readonly NewFile[],
  { base, options, parser, place }: HistoryEnd,
): { readonly text: string; readonly created: readonly NewFile[] } | null {
  const pieces = sourceFor(file.uri)?.read(file.uri, Text.of(file.text), parser) ?? [];
  const reviewer = new Reviewer(() => options);
  reviewer.update([{ uri: file.uri, pieces, reviewed: true }], base);
  const document = TextDocument.create(file.uri, 'sql', 0, file.text);
  const there = behind(place, [file, ...created]);
  for (const placed of reviewer.review(0).findings) {
    const fix = rewriting.has(placed.finding.rule) ? placed.finding.fixes.find(isRewriting) : undefined;
    const changes = fix && changesOf(document, placed, fix, there);
    if (!changes || changes.elsewhere.length > 0 || changes.edits.length === 0) continue;
    const text = TextDocument.applyEdits(document, [...changes.edits]);
    if (text !== file.text) return { text, created: changes.created };
  }
  return null;
}

/** Nothing is behind a new migration that could count on what is moved out of it. */
const isRewriting = (fix: Fix): boolean => !fix.apart && (fix.safe || (fix.followUps?.length ?? 0) > 0);

const defaultName = 'update_schema';

/** A name that says what the migration does, of characters that a folder's name can have. */
export function migrationName(steps: readonly DriftStep[]): string {
  const [first] = steps;
  const name = first?.about?.key.split('.').at(-1) ?? '';
  if (!first || !name || steps.some((step) => step.about?.key !== first.about?.key)) return defaultName;
  const differences = steps.flatMap((step) => step.differences.map(({ words }) => words));
  const columns = differences.map((difference) => /^column "(.+)" is missing$/.exec(difference)?.[1]);
  if (differences[0]?.startsWith('there is no')) return fileName(`create_${name}`);
  if (columns.length === 1 && columns[0]) return fileName(`add_${columns[0]}_to_${name}`);
  return fileName(`update_${name}`);
}
