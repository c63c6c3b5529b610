// goose cuts a file at its semicolons: no fix may write a body there that has some.
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';

const statement = 'ALTER TABLE t ALTER COLUMN a TYPE bigint;\n';
const title = 'Change it by a new column that is filled beside the old one';

async function offered(first: string, second: string): Promise<boolean> {
  const path = 'migrations/00002_b.sql';
  const { service, uri } = await openProject(path, { 'migrations/00001_a.sql': first, [path]: second });
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const diagnostics = service.diagnostics(uri);
  assert.ok(diagnostics.some((d) => d.code === 'column-type-rewrites-table'));
  return service.codeActions(uri, range).some((action) => action.title === title);
}

describe('A change of a type by a new column', () => {
  const create = 'CREATE TABLE t (id bigint PRIMARY KEY, a integer);\n';

  it('is offered in numbered files', async () => {
    assert.ok(await offered(create, statement));
  });

  it('is not offered in files of goose, which would cut its function', async () => {
    assert.ok(!(await offered(`-- +goose Up\n${create}`, `-- +goose Up\n${statement}`)));
    const outside = '-- +goose NO TRANSACTION\n-- +goose Up\n';
    assert.ok(!(await offered(`-- +goose Up\n${create}`, `${outside}${statement}`)));
  });
});
