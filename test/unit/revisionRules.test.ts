// The rules on the Python of revisions, as their fixtures in test/fixtures/revisions describe them, their own examples, and
// their fixes. A fixture of another name holds findings of the rules on SQL: they stand on the arguments that cause them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { revisionRules } from '../../server/src/rules/alembic/index.ts';
import type { RevisionExample } from '../../server/src/rules/alembic/revisionRule.ts';
import { openProject } from '../harness/project.ts';
import { projectOf, revisionPath } from '../harness/revisionExample.ts';
import { withActualMarks } from '../harness/revisionFixture.ts';

const folder = new URL('../fixtures/revisions/', import.meta.url);
const names = readdirSync(folder).map((name) => name.replace(/\.py$/, ''));

describe('Rules on revisions: fixtures', () => {
  it('there is one for every rule', () => {
    const missing = revisionRules.filter((rule) => !names.includes(rule.id)).map((rule) => rule.id);
    assert.deepEqual(missing, []);
  });

  for (const name of names)
    it(name, async () => {
      const fixture = readFileSync(new URL(`${name}.py`, folder), 'utf8').replaceAll('\r\n', '\n');
      assert.equal(await withActualMarks(fixture, name), fixture);
    });
});

describe('Rules on revisions: examples', () => {
  for (const rule of revisionRules)
    rule.examples.forEach((example: RevisionExample, i) => {
      const open = async (functions: string) => openProject(revisionPath, projectOf(example, functions));
      const found = async (functions: string) => {
        const { service, uri } = await open(functions);
        return service.diagnostics(uri).filter((d) => d.code === rule.id);
      };

      it(`${rule.id}, ${i + 1}: the unsafe form gets the finding, the safe one does not`, async () => {
        assert.notDeepEqual(await found(example.unsafe), []);
        assert.deepEqual(await found(example.safe), []);
      });

      it(`${rule.id}, ${i + 1}: a fix leaves no finding, a comment silences it`, async () => {
        const { after, service, uri } = await open(example.unsafe);
        const text = after(rule.id)?.[revisionPath];
        const fixed = text && (await openProject(revisionPath, { ...projectOf(example, ''), [revisionPath]: text }));
        if (fixed) assert.equal(fixed.service.diagnostics(fixed.uri).filter((d) => d.code === rule.id).length, 0, text);
        const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
        const ignore = service
          .codeActions(uri, everywhere, ['quickfix'])
          .find((a) => a.title === `Ignore ${rule.id} here`);
        const [edit] = ignore?.edit?.changes?.[uri] ?? [];
        assert.ok(edit);
        const lines = (projectOf(example, example.unsafe)[revisionPath] as string).split('\n');
        lines.splice(edit.range.start.line, 0, edit.newText.trimEnd());
        const silenced = { ...projectOf(example, ''), [revisionPath]: lines.join('\n') };
        const quiet = await openProject(revisionPath, silenced);
        assert.deepEqual(
          quiet.service.diagnostics(quiet.uri).filter((d) => d.code === rule.id),
          [],
        );
      });
    });

  for (const rule of revisionRules)
    it(`${rule.id}: ${rule.ofNewMigrations ? 'not said' : 'said'} of a revision with many behind it`, async () => {
      const [example] = rule.examples;
      assert.ok(example);
      const files: Record<string, string> = { ...projectOf(example, example.unsafe) };
      for (let n = 3; n < 13; n++)
        files[revisionPath.replace('0002_b', `${1000 + n}`)] =
          `from alembic import op\n\nrevision = "${n}"\ndown_revision = "${n === 3 ? '0002' : n - 1}"\n\n\ndef upgrade():\n    pass\n`;
      const { service, uri } = await openProject(revisionPath, files);
      const found = service.diagnostics(uri).some((d) => d.code === rule.id);
      assert.equal(found, !rule.ofNewMigrations);
    });

  it('findings stay right while lines are typed above them', async () => {
    const [rule] = revisionRules;
    const [example] = rule?.examples ?? [];
    assert.ok(rule && example);
    const { service, uri } = await openProject(revisionPath, projectOf(example, example.unsafe));
    const at = () =>
      service
        .diagnostics(uri)
        .filter((d) => d.code === rule.id)
        .map((d) => d.range.start.line);
    const [before] = at();
    assert.ok(before !== undefined);
    const top = { line: 0, character: 0 };
    service.change(uri, 2, [{ range: { start: top, end: top }, text: '# a\n# b\n' }]);
    assert.deepEqual(at(), [before + 2]);
  });
});
