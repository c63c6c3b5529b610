// What the rules on templates of TypeScript say, shown by running the examples with a tag that sends what Prisma's tag sends:
// the text with $1, $2 … and the values beside it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are the tests' subject.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { templateRules } from '../../server/src/rules/typescript/index.ts';
import { openProject } from '../harness/project.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const path = 'src/query.ts';

/** Runs the only function of a file of TypeScript. */
async function run(client: Client, text: string, ...args: readonly unknown[]): Promise<unknown[]> {
  const $queryRaw = async (strings: TemplateStringsArray, ...values: readonly unknown[]) => {
    const sql = strings.reduce((all, part, i) => `${all}$${i}${part}`);
    return (await client.query({ text: sql, values: [...values], rowMode: 'array' })).rows.flat();
  };
  const name = /const (\w+)/.exec(text)?.[1];
  const make = new Function('prisma', `${text.replaceAll(/: (?:string|number)\b/g, '')}\nreturn ${name};`);
  return make({ $queryRaw })(...args);
}

interface Proof {
  readonly rows: string;
  readonly argument: unknown;
  readonly code: string;
  readonly answer: readonly unknown[];
}

const proofs: Readonly<Record<string, readonly Proof[]>> = {
  'parameter-in-quotes': [
    {
      rows: "INSERT INTO users VALUES (1, 'Ada Lovelace'), (2, 'Grace Hopper')",
      argument: 'love',
      code: '08P01',
      answer: ['1'],
    },
    {
      rows: "INSERT INTO events VALUES (1, now() - interval '1 day'), (2, now() - interval '9 days')",
      argument: 3,
      code: '08P01',
      answer: ['1'],
    },
  ],
};

onEachVersion('rules on templates', ({ freshDatabase }) => {
  for (const { id, examples } of templateRules)
    examples.forEach(({ schema, unsafe, safe }, i) => {
      it(`${id}, ${i + 1}`, async () => {
        const proof = proofs[id]?.[i];
        assert.ok(proof, `There is no proof for example ${i + 1} of ${id}.`);
        const { rows, argument, code, answer } = proof;
        const client = await (await freshDatabase()).client();
        await client.query(schema);
        await client.query(rows);
        await assert.rejects(run(client, unsafe, argument), { code });
        assert.deepEqual(await run(client, safe, argument), answer);
        const fixed = (await openProject(path, { [path]: unsafe })).after(id)?.[path];
        assert.deepEqual(await run(client, fixed as string, argument), answer);
        await client.end();
      });
    });

  it('parameter-in-quotes: each place, and what each fix makes', async () => {
    const client = await (await freshDatabase()).client();
    const of = (sql: string): string => `const q = (a: string, n: number) => prisma.$queryRaw\`${sql}\`;\n`;
    for (const [sql, code] of [
      ["SELECT '${a}', ${n}::int", '42P18'],
      ["SELECT ${n}::int, '${a}'", '08P01'],
      ['SELECT 1 /* ${a} */', '08P01'],
      ['SELECT 1 -- ${a}', '08P01'],
      ['SELECT $$ ${a} $$', '08P01'],
      ['SELECT "${a}" FROM (VALUES (1)) AS t (a)', '42703'],
    ] as const)
      await assert.rejects(run(client, of(sql), 'x', 1), { code }, sql);
    // where the types are declared it runs: with the text
    await client.query(
      "PREPARE likes (text) AS SELECT 'abc' LIKE '%$1%', '%$1%', interval '$1 days' = interval '1 day'",
    );
    const { rows } = await client.query({ text: "EXECUTE likes ('b')", rowMode: 'array' });
    assert.deepEqual(rows, [[false, '%$1%', true]]);
    // whole numbers are declared as bigint then
    await assert.rejects(client.query('PREPARE days (bigint) AS SELECT make_interval(days => $1)'), { code: '42883' });
    await client.query('PREPARE days (bigint) AS SELECT make_interval(days => $1::int), make_interval(secs => $1)');
    for (const [sql, answer] of [
      ["SELECT 'axc' LIKE '%${a}%'", true],
      ["SELECT 'xa' = '${a}a'", true],
      ["SELECT 'x' = '${a}'", true],
      ["SELECT 'x-1' = '${a}-${n}'", true],
      ["SELECT interval '${n} weeks' = interval '7 days'", true],
      ["SELECT interval '${n} secs' = interval '1 s'", true],
      ["SELECT interval '${n} month' = interval '1 month'", true],
    ] as const) {
      const fixed = (await openProject(path, { [path]: of(sql) })).after('parameter-in-quotes')?.[path];
      const used = fixed?.includes('${a}') ? ['x', 1] : [undefined, 1];
      assert.deepEqual(await run(client, fixed as string, ...used), [answer], fixed);
    }
    await client.end();
  });
});
