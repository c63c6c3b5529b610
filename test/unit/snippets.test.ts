import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'libpg-query';
import { reviewSql } from '../harness/review.ts';
import { expandSnippet, snippetChoices } from '../postgres/harness/expandSnippet.ts';
import { snippets } from '../postgres/harness/snippets.ts';

/** What the review of pgreview finds, where it is meant: the snippet says that it is for new and small tables. */
const expectedFindings: Record<string, string[]> = { 'pgr-soft-delete-unique': ['index-without-concurrently'] };

describe('snippets', () => {
  it('are all contributed for SQL', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const contributed = manifest.contributes.snippets as { language: string; path: string }[];
    assert.deepEqual(
      contributed.filter(({ language }) => language === 'sql').map(({ path }) => path),
      [...new Set(snippets.map(({ file }) => `./snippets/${file}`))],
    );
  });

  it('are documented as they are', () => {
    const script = fileURLToPath(new URL('../../scripts/docs-snippets.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  it('have prefixes and names of their own', () => {
    for (const key of ['prefix', 'name'] as const) {
      assert.deepEqual(
        snippets.map((snippet) => snippet[key]).filter((value, i, all) => all.indexOf(value) !== i),
        [],
      );
    }
  });

  for (const { file, prefix, description, body } of snippets) {
    describe(prefix, () => {
      it('has a prefix and a description that is found by the words of its family', () => {
        assert.match(prefix, /^pgr-[a-z0-9]+(-[a-z0-9]+)*$/);
        const family = file.replace('.json', '').replaceAll('-', '[ -]');
        assert.match(description, new RegExp(`^${family}`, 'i'));
        assert.match(description, /^[^.]+\. [^.]+.*\.$/s, 'a sentence on what it is, and one on when');
      });

      it('parses as SQL, with every choice', async () => {
        assert.ok(Array.isArray(body));
        await parse(expandSnippet(body));
        for (const [tabStop, choices] of snippetChoices(body)) {
          assert.ok(choices.length > 1, `tab stop ${tabStop} has one choice`);
          for (const choice of choices) await parse(expandSnippet(body, { [tabStop]: choice }));
        }
      });

      it('passes the review on tables that are in use', () => {
        const found = reviewSql(expandSnippet(body), { targetVersion: 14 }).map(({ rule }) => rule);
        assert.deepEqual(found, expectedFindings[prefix] ?? []);
      });

      it('has tab stops from 1 without gaps, a text for each, and ends at $0', () => {
        const text = body.join('\n');
        const used = [...text.matchAll(/(?<!\\)\$\{?(\d+)/g)].map((match) => Number(match[1]));
        const numbers = [...new Set(used)].sort((a, b) => a - b);
        assert.deepEqual(
          numbers.slice(1),
          Array.from({ length: numbers.length - 1 }, (_, i) => i + 1),
        );
        assert.equal(numbers[0], 0);
        assert.equal(text.match(/\$0/g)?.length, 1);
        for (const number of numbers.slice(1)) assert.match(text, new RegExp(`\\$\\{${number}[:|]`));
      });

      it('leaves no snippet syntax in the text', () => {
        assert.doesNotMatch(expandSnippet(body), /\$\{|\$\d|\\\$/);
      });
    });
  }
});
