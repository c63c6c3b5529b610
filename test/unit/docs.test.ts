// What people read says what the code says: pages that are written from it are up to date, and what README.md mentions exists.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standaloneReadme } from '../../scripts/package.mjs';
import { readConfiguration } from '../../server/src/configuration.ts';
import { rules } from '../../server/src/rules/index.ts';
import { toolIds } from '../../server/src/tools/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function upToDate(script: string): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', script), '--check'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

/** The blocks of code of a language. */
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code!);

describe('Documentation', () => {
  it("has the rules' pages as the rules are", () => upToDate('docs-rules.mjs'));

  it('has the advice on plans as that is', () => upToDate('docs-plans.mjs'));
  it('has the settings in README.md as package.json has them', () => upToDate('docs-readme.mjs'));

  it('names every migration tool in README.md and where no migrations are found', () => {
    const unnamed = ['numbered', 'dump'];
    const { contents } = manifest.contributes.viewsWelcome.find(
      ({ view }: { view: string }) => view === 'pgreview.migrations',
    );
    for (const text of [readme, contents])
      assert.deepEqual(
        toolIds.filter((id) => !unnamed.includes(id) && !text.toLowerCase().includes(id)),
        [],
      );
  });

  it('links to files and pictures that exist', () => {
    for (const page of ['README.md', 'CHANGELOG.md', 'examples/README.md']) {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, link]) => link!);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(root, page, '..', link))),
        [],
        page,
      );
    }
  });

  it('has neither pictures nor relative links in the packaged README.md, as VS Code shows none', () => {
    assert.match(readme, /!\[[^\]]*\]\(docs/);
    const packaged = standaloneReadme(readme);
    assert.doesNotMatch(packaged, /\]\((?!https?:)/);
    assert.match(packaged, /^## Settings$/m);
    const links = '[a](b.md), [c](https://d.example), [e](f/g.md)';
    assert.equal(standaloneReadme(`![x](y.png)\n\n${links}\n`), 'a, [c](https://d.example), e\n');
  });

  it('shows a pgreview.json in README.md that can be read', () => {
    const [example, ...others] = blocks('json');
    assert.equal(others.length, 0);
    const settings = JSON.parse(example!);
    const known = Object.keys(JSON.parse(readFileSync(join(root, 'schemas/pgreview.schema.json'), 'utf8')).properties);
    assert.deepEqual(
      Object.keys(settings).filter((key) => !known.includes(key)),
      [],
    );
    assert.equal(readConfiguration(settings, 'README.md').targetVersion, settings.targetVersion);
  });

  it('names rules that exist in its comments', () => {
    const named = [...readme.matchAll(/pgreview-ignore ([a-z-]+(?:, [a-z-]+)*)/g)].flatMap(([, ids]) =>
      ids!.split(', '),
    );
    assert.ok(named.length > 2);
    assert.deepEqual(
      named.filter((id) => !rules.some((rule) => rule.id === id)),
      [],
    );
  });

  it("names the package's file by its version, and npm scripts that exist", () => {
    const files = [...readme.matchAll(/pgreview-[\d.]+\.vsix/g)].map(([name]) => name);
    assert.deepEqual([...new Set(files)], [`pgreview-${manifest.version}.vsix`]);
    const scripts = [...readme.matchAll(/npm (?:run )?(start|test|[a-z]+)\b(?= *[#`\n])/g)].map(([, name]) => name!);
    assert.deepEqual(
      [...new Set(scripts)].filter((name) => !(name in manifest.scripts)),
      [],
    );
  });

  it('has an entry for this version in CHANGELOG.md', () => {
    assert.match(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), new RegExp(`^## ${manifest.version}$`, 'm'));
  });
});
