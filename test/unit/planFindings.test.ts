// What a plan has shown, in the editor: where it stands, how long it stays, what can be done about it.
import assert from 'node:assert/strict';
import { planSource } from '../../server/src/features/planFindings.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import type { IndexTrial, PlanFinding, PlanReport } from '../../server/src/protocol.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const index = { table: 'orders', method: 'btree', keys: ['customer'] } as const;
const finding = (more: Partial<PlanFinding> = {}): PlanFinding => ({
  code: 'scan-discards-most-rows',
  node: 0,
  message: 'This scan read all.',
  help: 'An index would leave most of it alone.',
  severity: 'warning',
  proof: 'none',
  index,
  ...more,
});

const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

function editor(name: string, text: string) {
  const service = new LanguageService(parser, filesInMemory({}));
  service.showsPlans = true;
  const uri = `${rootUri}/${name}`;
  let version = 1;
  let now = text;
  const languages: Record<string, string> = { py: 'python', ts: 'typescript', sql: 'sql' };
  service.open(uri, languages[name.split('.').at(-1) as string] as string, version, text);
  const rangeAt = (words: string, nth = 0) => {
    let at = -1;
    for (let i = 0; i <= nth; i++) at = now.indexOf(words, at + 1);
    assert.ok(at >= 0, words);
    const place = (offset: number) => {
      const lines = now.slice(0, offset).split('\n');
      return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    };
    return { start: place(at), end: place(at + words.length) };
  };
  /** A plan of the statement with these words, which found something at the table. */
  const explained = (words: string, { nth = 0, at = 'orders', findings = [finding()], analyzed = true } = {}) => {
    const keep = service.planKeeper(uri, rangeAt(words, nth));
    const range = at === '' ? null : rangeAt(at, nth);
    const report = { analyzed, sql: words, findings, nodes: [{ id: 0, range }] } as unknown as PlanReport;
    return () => keep(report);
  };
  const edit = (words: string, inserted: string): void => {
    const range = rangeAt(words);
    now = now.replace(words, inserted);
    service.change(uri, ++version, [{ range, text: inserted }]);
  };
  /** The texts that are marked. */
  const marked = (): string[] =>
    service
      .diagnostics(uri)
      .filter(({ source }) => source === planSource)
      .map(({ range: { start, end } }) => {
        const lines = now.split('\n');
        assert.equal(start.line, end.line);
        return `${start.line}: ${lines[start.line]?.slice(start.character, end.character)}`;
      });
  return { service, uri, explained, edit, marked };
}

const sql = 'SELECT 1;\n\nSELECT *\nFROM orders\nWHERE customer = 5;\n';

describe('What a plan has shown', () => {
  it('stands at its place as information, with its advice', () => {
    const { service, uri, explained, marked } = editor('q.sql', sql);
    assert.equal(explained('SELECT *')(), true);
    assert.deepEqual(marked(), ['3: orders']);
    const [diagnostic] = service.diagnostics(uri);
    assert.equal(diagnostic?.severity, 3);
    assert.equal(diagnostic?.code, 'scan-discards-most-rows');
    assert.equal(diagnostic?.message, 'This scan read all.\nAn index would leave most of it alone.');
  });

  it('stands at the first word where the text is not known', () => {
    const { explained, marked } = editor('q.sql', sql);
    explained('SELECT *', { at: '' })();
    assert.deepEqual(marked(), ['2: SELECT']);
  });

  it('moves along, goes when the statement is changed, and comes back with its text', () => {
    const { explained, edit, marked } = editor('q.sql', sql);
    explained('SELECT *')();
    edit('SELECT 1;', 'SELECT 1,\n  2;\n-- a comment');
    assert.deepEqual(marked(), ['5: orders']);
    edit('customer = 5', 'customer = 6');
    assert.deepEqual(marked(), []);
    edit('customer = 6', 'customer = 5');
    assert.deepEqual(marked(), ['5: orders']);
  });

  it('belongs to the text that was explained, also when that is edited before the plan comes', () => {
    const { explained, edit, marked } = editor('q.sql', sql);
    const late = explained('SELECT *');
    edit('SELECT 1;', '\n\n\nSELECT 1;');
    late();
    assert.deepEqual(marked(), ['6: orders']);
    const later = explained('SELECT *');
    edit('customer = 5', 'customer = 50');
    later();
    assert.deepEqual(marked(), []);
  });

  it('tells statements of one text apart', () => {
    const { explained, marked } = editor('q.sql', 'SELECT * FROM orders;\nSELECT * FROM orders;\n');
    explained('SELECT *', { nth: 1 })();
    assert.deepEqual(marked(), ['1: orders']);
  });

  it('makes place for the next plan of the statement, which may show nothing', () => {
    const { explained, marked } = editor('q.sql', sql);
    explained('SELECT *')();
    assert.equal(explained('SELECT *', { analyzed: false, findings: [] })(), false);
    assert.deepEqual(marked(), ['3: orders']);
    assert.equal(explained('SELECT *', { findings: [finding(), finding({ code: 'x' })] })(), true);
    assert.deepEqual(marked(), ['3: orders', '3: orders']);
    assert.equal(explained('SELECT *', { findings: [] })(), true);
    assert.deepEqual(marked(), []);
    assert.equal(explained('SELECT *', { findings: [] })(), false);
  });

  it('tells what came of trying its index', () => {
    const { service, uri, explained } = editor('q.sql', sql);
    explained('SELECT *', { findings: [finding(), finding({ index: { ...index, keys: ['x'] } })] })();
    const trial: IndexTrial = {
      how: 'planned',
      isUsed: true,
      costBefore: 900,
      costAfter: 12,
      msBefore: null,
      msAfter: null,
      rowsBefore: null,
      rowsAfter: null,
      bytes: null,
    };
    assert.equal(service.setTrial(uri, { ...index }, trial), true);
    assert.equal(service.setTrial(uri, { ...index, keys: ['y'] }, trial), false);
    assert.equal(service.setTrial(`${uri}.other`, index, trial), false);
    const told = service.diagnostics(uri).map(({ message }) => String(message).split('\n').slice(2).join());
    assert.deepEqual(told, ['Tried: estimated: cost 900 → 12.0, not run.', '']);
  });

  it('stands in strings of other languages', () => {
    const revision = `revision = "1"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("UPDATE orders SET \\"x\\" = 1 WHERE customer = 5")\n`;
    const python = editor('v/1_a.py', revision);
    python.explained('UPDATE orders')();
    assert.deepEqual(python.marked(), ['5: orders']);
    python.edit('down_revision', '# words\ndown_revision');
    assert.deepEqual(python.marked(), ['6: orders']);
    const prisma = editor(
      'a.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands in the file
      'const found = await prisma.$queryRaw`SELECT * FROM orders WHERE customer = ${id}`;\nexport {};\n',
    );
    prisma.explained('SELECT *')();
    assert.deepEqual(prisma.marked(), ['0: orders']);
    prisma.edit('const found', '\nconst found');
    assert.deepEqual(prisma.marked(), ['1: orders']);
    prisma.edit('SELECT *', 'SELECT id');
    assert.deepEqual(prisma.marked(), []);
  });

  it('can be gone to, tried, written and cleared', () => {
    const { service, uri, explained, marked } = editor('q.sql', sql);
    explained('SELECT *', { findings: [finding({ index: undefined }), finding()] })();
    const offered = () => {
      const actions = service.codeActions(uri, everything).filter(({ command }) => command);
      return actions.map(({ title, command }) => `${title}: ${command?.command} ${JSON.stringify(command?.arguments)}`);
    };
    assert.deepEqual(offered(), [
      `Show in the plan: pgreview.showPlanOfFinding ["${uri}","SELECT *",0]`,
      `Clear what plans have shown in this file: pgreview.clearPlanFindings ["${uri}"]`,
      `Show in the plan: pgreview.showPlanOfFinding ["${uri}","SELECT *",1]`,
      `Try the index: pgreview.tryIndexOfFinding ["${uri}","SELECT *",1]`,
      `Write the index as a migration: pgreview.writeIndexMigration ["${uri}",${JSON.stringify(index)}]`,
      `Clear what plans have shown in this file: pgreview.clearPlanFindings ["${uri}"]`,
    ]);
    const elsewhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };
    assert.deepEqual(service.codeActions(uri, elsewhere), []);
    service.showsPlans = false;
    assert.ok(offered().every((action) => /Write the index|Clear/.test(action)));
    assert.equal(service.clearPlanFindings(uri), true);
    assert.deepEqual(marked(), []);
    assert.equal(service.clearPlanFindings(uri), false);
  });
});
