// What assertions on single tokens cannot say: every statement ends at the top level again, no line is slow, and the
// manifest names what is there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, loadConfiguration } from 'vscode-tmgrammar-test/dist/common/index.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const hosts = ['python', 'typescript', 'javascript', 'perl'].map((name) =>
  join(root, `test/grammar/hosts/${name}.tmLanguage.json`),
);
const { grammars } = loadConfiguration(join(root, 'package.json'), undefined, hosts);
const registry = createRegistry(grammars);

async function load(scopeName: string) {
  const grammar = await registry.loadGrammar(scopeName);
  assert.ok(grammar, scopeName);
  return grammar;
}

/** Depth of the rule stack after the text: 1 is the top level. */
async function depthAfter(scopeName: string, text: string): Promise<number> {
  const grammar = await load(scopeName);
  let state = null;
  for (const line of text.split('\n')) state = grammar.tokenizeLine(line, state).ruleStack;
  return state!.depth;
}

const statements: Record<string, string> = {
  'a table': 'CREATE TABLE t (id bigint PRIMARY KEY, a text DEFAULT \'it\'\'s\', "b""c" int[]);',
  'strings of each kind': `SELECT 'a\nb', E'a\\'b', U&'\\0061', B'1', X'F', N'x', $$a'b$$, $t$\n$$ ' " /* \n$t$;`,
  'a comment in a comment': 'SELECT 1 /* a /* b */\n c */ + 2; -- d "',
  plpgsql: "CREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n  -- don't\n  RETURN NEW;\nEND$$ LANGUAGE plpgsql;",
  'a body in one line': "DO $$ BEGIN RAISE NOTICE 'x'; END $$;",
  'a body that leaves a string open': "DO $$\nBEGIN\n PERFORM 'x;\nEND\n$$;",
  'LANGUAGE first': 'CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $py$\n"""doc\n$py$;',
  'AS in a query': 'SELECT a AS\n  b, c AS d FROM t;',
  'a body by ATOMIC': 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;',
  'COPY with rows': "COPY t FROM stdin;\n1\tit's\n\\.",
  '\\copy with rows': "\\copy t from stdin\n1\tit's\n\\.",
  'meta-commands': "\\echo 'x\n\\set a '",
  jinja: "SELECT {{ f('a') }} {% if x %} {# c #} '{{ y }}';",
};

describe('the SQL grammar', () => {
  for (const [name, sql] of Object.entries(statements)) {
    it(`returns to the top level after ${name}`, async () => {
      assert.equal(await depthAfter('source.sql.postgresql', sql), 1);
      const python = `op.execute("""\n${sql.replaceAll('\\', '\\\\').replaceAll('"""', "'''")}\n""")\n`;
      if (!python.includes("'''")) assert.equal(await depthAfter('source.python', python), 1, 'in Python');
      const template = `await prisma.$queryRaw\`\n${sql.replaceAll('\\', '\\\\')}\n\`;\n`;
      assert.equal(await depthAfter('source.ts', template), 1, 'in TypeScript');
    });
  }

  it('takes under 50 ms for any line, also for unkind ones', async function () {
    this.timeout(30_000);
    const grammar = await load('source.sql.postgresql');
    const lines = [
      ...Object.values(statements).flatMap((sql) => sql.split('\n')),
      `INSERT INTO t VALUES ${"(1, 'abc', now()), ".repeat(50)}`,
      "'".repeat(501),
      '('.repeat(300),
      '/*'.repeat(200),
      'a.'.repeat(500),
      '$a'.repeat(500),
      `AS ${'$'.repeat(500)}`,
      '-+'.repeat(500),
      `'${'{{ a '.repeat(300)}`,
      'CREATE TEMP '.repeat(200),
      `x${' '.repeat(2000)}y`,
      'x::a.'.repeat(300),
      '%('.repeat(500),
    ];
    for (const line of lines) {
      // CPU time, and the best of a few: the first run pays for compiling the patterns, any may pay for a busy machine.
      let best = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 10 && best >= 50; attempt++) {
        const start = process.cpuUsage();
        grammar.tokenizeLine(line, null);
        const { user, system } = process.cpuUsage(start);
        best = Math.min(best, (user + system) / 1000);
      }
      assert.ok(best < 50, `${best.toFixed(0)} ms: ${line.slice(0, 60)}`);
    }
  });
});

describe('the manifest', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it('names each grammar by the scope that its file gives', () => {
    for (const { path, scopeName } of manifest.contributes.grammars) {
      assert.equal(JSON.parse(readFileSync(join(root, path), 'utf8')).scopeName, scopeName, path);
    }
  });

  it('takes the language sql with a scope of its own', () => {
    // VS Code keeps the last grammar of a language, and extensions come after what is built in. The built-in
    // `source.sql` must stay: other languages embed it.
    const sql = manifest.contributes.grammars.filter((grammar: { language?: string }) => grammar.language === 'sql');
    assert.deepEqual(
      sql.map((grammar: { scopeName: string }) => grammar.scopeName),
      ['source.sql.postgresql'],
    );
  });

  it('has a language configuration whose patterns compile', () => {
    const [language] = manifest.contributes.languages;
    const configuration = JSON.parse(readFileSync(join(root, language.configuration), 'utf8'));
    const word = new RegExp(configuration.wordPattern.pattern, `g${configuration.wordPattern.flags}`);
    assert.deepEqual('SELECT größe_1$x, 1_000.5e3 FROM a.b'.match(word), [
      'SELECT',
      'größe_1$x',
      '1_000.5e3',
      'FROM',
      'a',
      'b',
    ]);
    for (const pattern of [
      ...Object.values(configuration.folding.markers),
      ...Object.values(configuration.indentationRules),
    ]) {
      assert.ok(new RegExp(pattern as string));
    }
    assert.match('--#region seed', new RegExp(configuration.folding.markers.start));
  });
});
