// The rules on Prisma's models, as their fixtures in test/fixtures/prisma describe them, their own examples, and their fixes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { modelRules } from '../../server/src/rules/prisma/index.ts';
import type { ModelExample } from '../../server/src/rules/prisma/modelRule.ts';
import { withActualMarks } from '../harness/modelFixture.ts';
import { migrationSql } from '../harness/prismaEngine.ts';
import { type FoundInModels, reviewModels } from '../harness/reviewModels.ts';

const folder = new URL('../fixtures/prisma/', import.meta.url);
const names = readdirSync(folder).map((name) => name.replace(/\.prisma$/, ''));

describe('Rules on models: fixtures', () => {
  it('there is one for every rule', () => {
    const missing = modelRules.filter((rule) => !names.includes(rule.id)).map((rule) => rule.id);
    assert.deepEqual(missing, []);
  });

  for (const name of names)
    it(name, async () => {
      const fixture = readFileSync(new URL(`${name}.prisma`, folder), 'utf8').replaceAll('\r\n', '\n');
      assert.equal(await withActualMarks(fixture, name), fixture);
    });
});

/** What has run before; undefined for an example without migrations. */
async function migrationsOf({ before, schema = '', migrations = '' }: ModelExample, more: string) {
  if (before === undefined) return undefined;
  return `${await migrationSql(null, `${schema}\n${before}`)}\n${migrations}\n${more}`;
}

describe('Rules on models: examples', () => {
  const shown = (findings: FoundInModels[]) => findings.map((f) => `${f.rule} on ${JSON.stringify(f.text)}`);

  for (const rule of modelRules)
    rule.examples.forEach((example, i) => {
      const { schema = '', unsafe, safe, safeMigrations } = example;
      const review = async (models: string, more = '') =>
        reviewModels(`${schema}\n${models}`, {
          migrations: await migrationsOf(example, more),
          takesFollowUps: true,
        });

      it(`${rule.id}, ${i + 1}: the unsafe form gets the finding, the safe one does not`, async () => {
        const found = await review(unsafe);
        assert.ok(
          found.some((f) => f.rule === rule.id && f.severity === rule.severity),
          `${unsafe}\n  got ${shown(found).join(', ') || 'nothing'}`,
        );
        assert.deepEqual(shown((await review(safe, safeMigrations)).filter((f) => f.rule === rule.id)), []);
      });

      it(`${rule.id}, ${i + 1}: each fix is a schema that Prisma takes, without that finding`, async () => {
        for (const finding of (await review(unsafe)).filter((f) => f.rule === rule.id))
          for (let n = 0; n < finding.fixes.length; n++) {
            if (finding.fixes[n]!.edits.length === 0) continue;
            const fixed = finding.fixed(n);
            await migrationSql(null, fixed);
            const left = (await review(fixed.slice(schema.length + 1))).filter((f) => f.rule === rule.id);
            assert.ok(!left.some(({ message }) => message === finding.message), fixed);
          }
      });
    });
});

describe('Rules on models: fixes that depend on the generator', () => {
  it('make a unique index partial in the schema where Prisma can', async () => {
    const features = 'generator client {\n  provider = "prisma-client"\n  previewFeatures = ["partialIndexes"]\n}\n';
    const user =
      'model User {\n  id Int @id\n  email String @unique\n  name String\n  teamId Int\n  deletedAt DateTime?\n\n  @@unique([teamId, name])\n}\n';
    let text = features + user;
    for (;;) {
      const found = reviewModels(text).find((f) => f.rule === 'unique-field-ignores-soft-delete');
      if (!found) break;
      text = found.fixed();
    }
    const sql = await migrationSql(null, text);
    const indexes = [...sql.matchAll(/CREATE UNIQUE INDEX .*;/g)].map(([index]) => index);
    assert.deepEqual(indexes.sort(), [
      'CREATE UNIQUE INDEX "User_email_key" ON "User"("email") WHERE ("deletedAt" IS NULL);',
      'CREATE UNIQUE INDEX "User_teamId_name_key" ON "User"("teamId", "name") WHERE ("deletedAt" IS NULL);',
    ]);
  });
});
