// The rules, as their fixtures in test/fixtures/rules describe them, and their own examples.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rules } from '../../server/src/rules/index.ts';
import { filesOf, withActualMarks } from '../harness/fixture.ts';
import { reviewSql, type SqlFinding } from '../harness/review.ts';

const folder = new URL('../fixtures/rules/', import.meta.url);

describe('Rules: fixtures', () => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length));

  it('there is one for every rule', () => {
    const missing = rules.filter((rule) => !names.includes(rule.id)).map((rule) => rule.id);
    assert.deepEqual(missing, []);
  });

  for (const name of names)
    it(name, () => {
      const fixture = readFileSync(new URL(`${name}.sql`, folder), 'utf8').replaceAll('\r\n', '\n');
      const files = filesOf(fixture);
      assert.equal(files.map((file) => withActualMarks(file, name)).join(''), fixture);
    });
});

describe('Rules: examples', () => {
  const shown = (findings: SqlFinding[]) => findings.map((f) => `${f.rule} on ${JSON.stringify(f.text)}`);

  for (const rule of rules)
    rule.examples.forEach(({ schema, unsafe, safe }, i) => {
      it(`${rule.id}, ${i + 1}: the unsafe form gets the finding, the safe one does not`, () => {
        const found = reviewSql(unsafe, { schema });
        assert.ok(
          found.some((f) => f.rule === rule.id && f.severity === rule.severity),
          `${unsafe}\n  got ${shown(found).join(', ') || 'nothing'}`,
        );
        assert.deepEqual(shown(reviewSql(safe, { schema }).filter((f) => f.rule === rule.id)), []);
      });
    });
});
