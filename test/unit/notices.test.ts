import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedPackages } from '../../scripts/embeddedPostgres.mjs';
import { notices, packageFolder } from '../../scripts/notices.mjs';

describe('The notices of third parties', () => {
  const text: string = notices(embeddedPackages());
  const titles = [...text.matchAll(/^-{80}\n((?:.|\n)*?)\n-{80}$/gm)].flatMap(([, lines = '']) => lines.split('\n'));

  it('name every package that the embedded Postgres is made of, and what was compiled into it', () => {
    const folders = embeddedPackages().map((file) => packageFolder(file) as string);
    assert.ok(folders.length > 5);
    for (const folder of folders) {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      assert.ok(
        titles.some((title) => title.startsWith(`${name} ${version} (`)),
        name,
      );
      assert.ok(
        titles.some((title) => title.split(', compiled into ')[1]?.split(', ').includes(name)),
        `what ${name} holds`,
      );
    }
  });

  it('print a licence that several have in common once', () => {
    assert.equal(text.match(/^ *Apache License$/gm)?.length, 1);
    assert.equal(new Set(titles).size, titles.length);
  });
});
