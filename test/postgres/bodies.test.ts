// The fixtures of function bodies on real Postgres: it rejects the bodies that have marks, and accepts those without.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { damagedBodies } from '../harness/bodyDamage.ts';
import { withoutMarks } from '../harness/bodyFixture.ts';
import { parser } from '../harness/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const folder = new URL('../fixtures/bodies/', import.meta.url);

/** What Postgres finds only when it runs: it creates these functions. */
const onlyWhenItRuns = new Set(['dynamic.sql']);

const isInExecute = (text: string, offset: number): boolean => /\bEXECUTE\b[^;]*$/i.test(text.slice(0, offset));

onEachVersion('function bodies', (postgres) => {
  for (const name of readdirSync(folder))
    it(`${name} is judged alike`, async () => {
      const client = await (await postgres.freshDatabase()).client();
      await client.query('CREATE TABLE t (a int, id int)');
      const sql = withoutMarks(readFileSync(new URL(name, folder), 'utf8'));
      for (const statement of SqlText.of(sql, parser).statements) {
        if (statement.parsed.kind !== 'tree') continue;
        const problems = bodyProblems(statement, parser);
        const runs = 'DoStmt' in statement.parsed.node;
        const error = await client.query(statement.text).then(
          () => null,
          (reason: Error) => reason.message,
        );
        const expected = problems.length > 0 && (runs || !onlyWhenItRuns.has(name));
        assert.equal(error !== null, expected, `${error ?? 'accepted'}: ${statement.body}`);
      }
    });

  it('rejects every damaged body that is told to be wrong', async function () {
    this.timeout(120_000);
    const client = await (await postgres.freshDatabase()).client();
    let told = 0;
    for (const fixture of ['control.sql', 'statements.sql', 'declarations.sql'])
      for (const { statement } of damagedBodies(fixture)) {
        const problems = bodyProblems(statement, parser);
        if (problems.length === 0 || problems.every((p) => isInExecute(statement.text, p.span.start))) continue;
        told++;
        await assert.rejects(client.query(statement.text), `${problems[0]?.message}: ${statement.body}`);
      }
    assert.ok(told > 500, `${told} told`);
  });
});
