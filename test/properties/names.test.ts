/** Whatever a file holds, questions about names are answered: nothing throws, and what is replaced stands at the cursor. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { TextEdit } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { type CorpusFile, ownCorpus, randomNumbers } from '../harness/corpus.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const folder = new URL('../fixtures/alembic/', import.meta.url);
const revisions: readonly CorpusFile[] = readdirSync(folder)
  .filter((name) => name.endsWith('.py'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

const marks = [
  "'",
  '"',
  '"""',
  '$$',
  '(',
  ')',
  ';',
  ',',
  '.',
  '\\',
  '\n',
  ' ',
  '/*',
  '--',
  '#',
  '{',
  '}',
  '👍',
  'u',
  '\0',
];

/** Asks everything at random places of the file while it is damaged, edit by edit. */
function torment({ name, text }: CorpusFile, edits: number): void {
  const random = randomNumbers(text.length + 7);
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const service = new LanguageService(parser, filesInMemory({}));
  const isPython = name.endsWith('.py');
  const uri = `file:///project/${isPython ? 'a.py' : 'a.sql'}`;
  let now = text;
  service.open(uri, isPython ? 'python' : 'sql', 1, now);
  for (let version = 2; version < edits + 2; version++) {
    const from = Math.floor(random() * now.length);
    const to = Math.min(now.length, from + Math.floor(random() * 12));
    now = now.slice(0, from) + any(marks) + now.slice(to);
    service.change(uri, version, [{ text: now }]);
    // mostly where it was damaged
    const offset = random() < 0.5 ? Math.min(from + 1, now.length) : Math.floor(random() * now.length);
    const lines = now.slice(0, offset).split(/\r\n|\r|\n/);
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    for (const item of service.completion(uri, position)?.items ?? []) {
      const { start, end } = (item.textEdit as TextEdit).range;
      const around = start.line === position.line && end.line === position.line;
      assert.ok(around && start.character <= position.character, `${name}: ${item.label} goes elsewhere`);
      assert.ok(end.character >= position.character, `${name}: ${item.label} ends before the cursor`);
    }
    service.hover(uri, position);
    service.definition(uri, position);
    service.references(uri, position);
    service.previewSql({ uri, backward: false });
    service.previewSql({ uri, backward: true });
  }
}

describe('Questions about names in damaged files', () => {
  it('in SQL', function () {
    this.timeout(120_000);
    for (const file of ownCorpus.slice(0, 150)) torment(file, 12);
  });

  it('in revisions', function () {
    this.timeout(120_000);
    assert.ok(revisions.length > 5);
    for (const file of revisions) torment(file, 25);
  });
});
