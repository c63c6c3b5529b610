// "Ignore RULE here": the comment that it writes silences the finding that it is offered on, and nothing else is offered it.
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-types';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { loadGrammars } from '../../server/src/main/assets.ts';
import { rules } from '../../server/src/rules/index.ts';
import { parser } from '../harness/parser.ts';

const migration = (number: number) => `file:///migrations/${number}_shop.sql`;

interface Reviewed {
  readonly diagnostics: Diagnostic[];
  readonly actions: CodeAction[];
}

interface Around {
  /** The migration before it. */
  readonly schema?: string;
  readonly targetVersion?: number;
}

/** What the editor is told of a file, and all quick fixes in it. */
async function reviewed(uri: string, text: string, { schema = '', targetVersion = 18 }: Around = {}) {
  const files = new Map([
    [migration(1), schema],
    [migration(2), text],
  ]);
  const service = new LanguageService(parser, {
    list: async () => [...files.keys()],
    read: async (file) => files.get(file) ?? null,
  });
  service.configure({ ...defaultConfiguration, targetVersion }, await loadGrammars(targetVersion));
  await service.scan(['file:///migrations']);
  service.open(uri, '', 1, text);
  const end = TextDocument.create(uri, '', 1, text).positionAt(text.length);
  const actions = service.codeActions(uri, { start: { line: 0, character: 0 }, end }, ['quickfix']);
  return { diagnostics: service.diagnostics(uri), actions } satisfies Reviewed;
}

const ignores = ({ actions }: Reviewed) => actions.filter(({ title }) => title.startsWith('Ignore '));
const codes = ({ diagnostics }: Reviewed) => diagnostics.map(({ code }) => code);

function applied(uri: string, text: string, action: CodeAction): string {
  return TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), action.edit!.changes![uri]!);
}

async function checkIgnores(uri: string, text: string, rule: string, around: Around = {}): Promise<void> {
  const before = await reviewed(uri, text, around);
  const title = `Ignore ${rule} here`;
  const action = ignores(before).find((each) => each.title === title);
  assert.ok(action, `no "${title}" for\n${text}`);
  const after = applied(uri, text, action);
  const left = codes(await reviewed(uri, after, around));
  const count = (all: readonly unknown[]) => all.filter((code) => code === rule).length;
  assert.ok(count(left) < count(codes(before)), `still ${left.join(', ')} in\n${after}`);
}

describe('Ignore … here', () => {
  for (const { id, examples } of rules) {
    it(`silences ${id}`, async () => {
      for (const { schema, unsafe } of examples) {
        await checkIgnores(migration(2), unsafe, id, { schema });
        await checkIgnores(migration(2), `SELECT 1; ${unsafe.replaceAll('\n', '\r\n')}`, id, { schema });
      }
    });
  }

  it('silences a rule in an Alembic revision', async () => {
    const text = `revision = "a"\n\n\ndef upgrade() -> None:\n    if True:\n        op.execute(\n            "DELETE FROM t"\n        )\n`;
    await checkIgnores('file:///a.py', text, 'delete-without-where');
  });

  it('is not offered for what no comment can silence', async () => {
    const text = 'SELEC 1;\nMERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;\n';
    const found = await reviewed('file:///a.sql', text, { targetVersion: 14 });
    assert.deepEqual(codes(found), ['syntax-error', 'syntax-newer-than-target-version']);
    assert.deepEqual(
      ignores(found).map(({ title }) => title),
      [],
    );
  });
});
