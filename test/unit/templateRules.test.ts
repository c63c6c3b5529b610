// The rules on templates of TypeScript: their examples, their fixes, and where they are silent.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are the tests' subject.
import assert from 'node:assert/strict';
import { templateRules } from '../../server/src/rules/typescript/index.ts';
import { openProject, type Project } from '../harness/project.ts';

const path = 'src/query.ts';
const open = (text: string): Promise<Project> => openProject(path, { [path]: text });

/** `severity the marked words`, of a rule. */
async function told(rule: string, text: string): Promise<string[]> {
  const { service, uri } = await open(text);
  return service.diagnostics(uri).flatMap(({ code, severity, range: { start, end } }) => {
    const line = text.split('\n')[start.line] ?? '';
    return code === rule ? [`${severity} ${line.slice(start.character, end.character)}`] : [];
  });
}

async function fixed(rule: string, text: string): Promise<string | null> {
  return (await open(text)).after(rule)?.[path] ?? null;
}

describe('Rules on templates: examples', () => {
  for (const { id, examples } of templateRules)
    examples.forEach(({ unsafe, safe }, i) => {
      it(`${id}, ${i + 1}: the unsafe form gets the finding, the safe one does not, nor what the fix makes`, async () => {
        assert.notDeepEqual(await told(id, unsafe), []);
        assert.deepEqual(await told(id, safe), []);
        const after = await fixed(id, unsafe);
        assert.ok(after !== null);
        assert.deepEqual(await told(id, after), []);
      });

      it(`${id}, ${i + 1}: a comment silences it`, async () => {
        assert.deepEqual(await told(id, `// pgreview-ignore ${id}: why\n${unsafe}`), []);
        assert.deepEqual(await told(id, `// pgreview-ignore-file ${id}: why\n\n${unsafe}`), []);
      });
    });
});

const rule = 'parameter-in-quotes';
const query = (sql: string): string => `const q = (a: string, n: number, o: Input) => prisma.$queryRaw\`${sql}\`;\n`;
const inQuery = (sql: string): Promise<string[]> => told(rule, query(sql));

describe('parameter-in-quotes', () => {
  it('finds values in strings, names and comments', async () => {
    assert.deepEqual(await inQuery("SELECT '${a}', 'x ${n} ${a.trim()}', E'\\\\n${a}'"), [
      '1 ${a}',
      '1 ${n}',
      '1 ${a.trim()}',
      '1 ${a}',
    ]);
    assert.deepEqual(await inQuery('SELECT "${a}" FROM t /* ${n} */ -- ${a}'), ['1 ${a}', '1 ${n}', '1 ${a}']);
    assert.deepEqual(await inQuery('SELECT $$ ${a} $$'), ['1 ${a}']);
    assert.deepEqual(await inQuery("SELECT 'it''s ${a}'"), ['1 ${a}']);
  });

  it('finds them in parts of the query, once', async () => {
    const part = "const part = (a: string) => prisma.$queryRaw`SELECT 1 ${Prisma.sql`WHERE x = '${a}'`}`;\n";
    assert.deepEqual(await told(rule, part), ['1 ${a}']);
    const twice =
      "function f(a: string) {\n  const w = Prisma.sql`WHERE x = '${a}'`;\n  prisma.$queryRaw`SELECT 1 ${w}`;\n  prisma.$queryRaw`SELECT 2 ${w}`;\n}\n";
    assert.deepEqual(await told(rule, twice), ['1 ${a}']);
  });

  it('tells of what is hardly SQL as a warning: properties and variables, where the file makes no SQL of its own', async () => {
    assert.deepEqual(await inQuery("SELECT '%${o.search}%'"), ['2 ${o.search}']);
    assert.deepEqual(await told(rule, "const { a } = req.query; prisma.$queryRaw`SELECT '${a}'`"), ['2 ${a}']);
  });

  it('is silent where values stand as they should', async () => {
    assert.deepEqual(await inQuery("SELECT 'a', ${a}, '$1' || ${n}, 'b' -- note\n, ${a}"), []);
    assert.deepEqual(await inQuery('SELECT $$x$$ || ${a} || "c" || \'d\''), []);
  });

  it('is silent about what may be SQL', async () => {
    for (const text of [
      "prisma.$queryRaw`SELECT '${Prisma.raw(a)}'`",
      "const x = Prisma.raw(y); prisma.$queryRaw`SELECT '${x}'`",
      "import { x } from './x'; prisma.$queryRaw`SELECT '${x}'`",
      "const f = (x: Prisma.Sql) => prisma.$queryRaw`SELECT '${x}'`",
      "prisma.$queryRaw`SELECT '${make(a)}'`",
      // the template itself is the statement there
      "const f = (x: string) => prisma.$queryRawUnsafe(`SELECT '${x}'`)",
      "const f = (x: string) => other.run`SELECT '${x}'`",
    ])
      assert.deepEqual(await told(rule, text), [], text);
  });

  const fixes: readonly (readonly [before: string, after: string | null])[] = [
    ["x LIKE '%${a}%'", "x LIKE ('%' || ${a} || '%')"],
    ["x LIKE '${a}%'", "x LIKE (${a} || '%')"],
    ["x = '${a}'", 'x = ${a}'],
    ["x = '${a}-${n}'", "x = (${a} || '-' || ${n})"],
    ["x = 'it''s ${a}'", "x = ('it''s ' || ${a})"],
    ["at > now() - interval '${n} days'", 'at > now() - make_interval(days => ${n}::int)'],
    ["at > now() - INTERVAL '${n} minute'", 'at > now() - make_interval(mins => ${n}::int)'],
    ["at > now() - interval '${n} seconds'", 'at > now() - make_interval(secs => ${n})'],
    ["at > now() - interval '1 ${a}'", null],
    ["at > date '${a}'", null],
    ["x = E'\\\\t${a}'", null],
    ['x = "${a}"', null],
    ["x LIKE 'a\\\\_${a}'", null],
  ];
  for (const [before, after] of fixes)
    it(`fix: ${before}`, async () => {
      const made = await fixed(rule, query(`SELECT 1 FROM t WHERE ${before}`));
      assert.equal(made, after === null ? null : query(`SELECT 1 FROM t WHERE ${after}`));
    });
});
