import assert from 'node:assert/strict';
import type pg from 'pg';
import { observe } from '../harness/effects.ts';
import type { TestDatabase } from '../harness/servers.ts';
import { snippetSql } from '../harness/snippets.ts';
import { as, type Behaviour, insufficientPrivilege, newRole, rowsOf } from './behaviour.ts';

interface Setting {
  client: pg.Client;
  /** Owns the table; not a superuser. */
  owner: string;
  /** May read and write the table. */
  app: string;
}

/** A table with a row for each of two tenants, owned by an ordinary role; the snippets are run by its owner. */
async function documents(database: TestDatabase, setup: string[], tenantType = 'bigint'): Promise<Setting> {
  const client = await database.client();
  const owner = await newRole(client, database, 'owner');
  const app = await newRole(client, database, 'app');
  await client.query(`
    GRANT USAGE, CREATE ON SCHEMA public TO ${owner}; GRANT USAGE ON SCHEMA public TO ${app};
    SET ROLE ${owner};
    CREATE TABLE documents (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id ${tenantType}, owner_role name, author text, title text);
    GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO ${app};`);
  for (const sql of setup) await client.query(sql);
  await client.query('RESET ROLE');
  return { client, owner, app };
}

/** Two documents of each of two tenants, by the superuser, whom no policy binds. */
const twoTenants = `INSERT INTO documents (tenant_id, author, title)
  VALUES (1, 'ada', 'a1'), (1, 'bob', 'a2'), (2, 'cleo', 'b1'), (2, 'dan', 'b2')`;

const titles = async (client: pg.Client) =>
  (await rowsOf(client, 'SELECT title FROM documents ORDER BY title')).map(({ title }) => title);

const changed = async (client: pg.Client, sql: string) => (await client.query(sql)).rowCount;

async function isolatesTenants({ client }: Setting, role: string): Promise<void> {
  const one = { 'app.tenant_id': '1' };
  assert.deepEqual(await as(client, role, one, () => titles(client)), ['a1', 'a2']);
  const attempts: [sql: string, rows: number][] = [
    ["UPDATE documents SET title = 'stolen' WHERE tenant_id = 2", 0],
    ['DELETE FROM documents WHERE tenant_id = 2', 0],
    ["INSERT INTO documents (tenant_id, title) VALUES (1, 'a3')", 1],
    ["UPDATE documents SET title = 'a4' WHERE title = 'a3'", 1],
    ["DELETE FROM documents WHERE title = 'a4'", 1],
  ];
  for (const [sql, rows] of attempts) {
    assert.equal(await as(client, role, one, () => changed(client, sql)), rows, sql);
  }
  for (const sql of [
    "INSERT INTO documents (tenant_id, title) VALUES (2, 'planted')",
    'UPDATE documents SET tenant_id = 2',
    "INSERT INTO documents (tenant_id, title) VALUES (NULL, 'nobody''s')",
  ]) {
    await assert.rejects(
      as(client, role, one, () => client.query(sql)),
      { code: insufficientPrivilege },
      sql,
    );
  }
  assert.deepEqual(await titles(client), ['a1', 'a2', 'b1', 'b2']);
}

const policyOnly = `
  CREATE POLICY p ON documents USING (tenant_id::text = current_setting('app.tenant_id', true));
  ALTER TABLE documents ENABLE ROW LEVEL SECURITY;`;

export const rowLevelSecurity: Behaviour[] = [
  {
    prefix: 'pgr-rls-tenant',
    title: "keeps a tenant from reading, adding, changing and deleting another's rows, and from giving rows away",
    async check(database) {
      const setting = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await setting.client.query(twoTenants);
      await isolatesTenants(setting, setting.app);
    },
  },
  {
    prefix: 'pgr-rls-tenant',
    title: 'binds the owner of the table too',
    async check(database) {
      const setting = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await setting.client.query(twoTenants);
      await isolatesTenants(setting, setting.owner);
    },
  },
  {
    prefix: 'pgr-rls-tenant',
    title: 'shows no row and takes none without the setting, before it was ever set and after',
    async check(database) {
      const { client, app } = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await client.query(twoTenants);
      const insert = "INSERT INTO documents (tenant_id, title) VALUES (1, 'x')";
      const nothing = async () => {
        assert.deepEqual(await as(client, app, {}, () => titles(client)), []);
        await assert.rejects(
          as(client, app, {}, () => client.query(insert)),
          { code: insufficientPrivilege },
        );
      };
      await nothing();
      // From then on the session knows the setting, and it is empty.
      await as(client, app, { 'app.tenant_id': '1' }, () => titles(client));
      await nothing();
    },
  },
  ...(['uuid', 'integer', 'text'] as const).map(
    (type): Behaviour => ({
      prefix: 'pgr-rls-tenant',
      title: `isolates tenants by ${type}`,
      async check(database) {
        const { client, app } = await documents(database, [snippetSql('pgr-rls-tenant', { 6: type })], type);
        const [one, two] =
          type === 'uuid'
            ? ['7b0c5f0e-0000-4000-8000-000000000001', '7b0c5f0e-0000-4000-8000-000000000002']
            : ['1', '2'];
        await client.query(`INSERT INTO documents (tenant_id, title) VALUES ('${one}', 'a'), ('${two}', 'b')`);
        assert.deepEqual(await as(client, app, { 'app.tenant_id': two! }, () => titles(client)), ['b']);
        assert.deepEqual(await as(client, app, {}, () => titles(client)), []);
      },
    }),
  ),
  {
    prefix: 'pgr-rls-tenant',
    title: 'neither rewrites nor scans',
    async check(database) {
      const setup = 'CREATE TABLE documents (id int, tenant_id bigint); INSERT INTO documents VALUES (1, 1)';
      const { rewrites, scans } = await observe(database, setup, snippetSql('pgr-rls-tenant'));
      assert.deepEqual({ rewrites, scans }, { rewrites: [], scans: [] });
    },
  },
  {
    prefix: 'pgr-rls-role',
    title: 'shows and takes rows of the roles that the caller is a member of, and no other',
    async check(database) {
      const { client, owner } = await documents(database, [snippetSql('pgr-rls-role')]);
      const red = await newRole(client, database, 'red');
      const blue = await newRole(client, database, 'blue');
      const ada = await newRole(client, database, 'ada');
      const eve = await newRole(client, database, 'eve');
      await client.query(`
        GRANT ${red} TO ${ada};
        GRANT USAGE ON SCHEMA public TO ${ada}, ${eve};
        GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO ${ada}, ${eve};
        INSERT INTO documents (owner_role, title) VALUES ('${red}', 'red'), ('${blue}', 'blue'), ('no such role', 'lost')`);
      const asAda = <T>(body: () => Promise<T>) => as(client, ada, {}, body);
      assert.deepEqual(await asAda(() => titles(client)), ['red']);
      assert.deepEqual(await as(client, eve, {}, () => titles(client)), []);
      assert.deepEqual(await as(client, owner, {}, () => titles(client)), []);
      assert.equal(await asAda(() => changed(client, `DELETE FROM documents WHERE owner_role = '${blue}'`)), 0);
      assert.equal(await asAda(() => changed(client, "UPDATE documents SET author = 'ada'")), 1);
      for (const sql of [
        `INSERT INTO documents (owner_role) VALUES ('${blue}')`,
        `UPDATE documents SET owner_role = '${blue}'`,
      ]) {
        await assert.rejects(
          asAda(() => client.query(sql)),
          { code: insufficientPrivilege },
          sql,
        );
      }
      assert.equal(await asAda(() => changed(client, `INSERT INTO documents (owner_role) VALUES ('${red}')`)), 1);
    },
  },
  {
    prefix: 'pgr-rls-read-write',
    title: 'lets everyone of the tenant read, and only the author write',
    async check(database) {
      const { client, app, owner } = await documents(database, [snippetSql('pgr-rls-read-write')]);
      await client.query(twoTenants);
      const ada = { 'app.tenant_id': '1', 'app.user_id': 'ada' };
      for (const role of [app, owner]) {
        const asAda = <T>(body: () => Promise<T>) => as(client, role, ada, body);
        assert.deepEqual(await asAda(() => titles(client)), ['a1', 'a2']);
        // Of the two that she reads she changes her own.
        assert.equal(await asAda(() => changed(client, 'UPDATE documents SET title = title')), 1);
        assert.equal(await asAda(() => changed(client, "DELETE FROM documents WHERE author <> 'ada'")), 0);
        const refused = [
          "INSERT INTO documents (tenant_id, author) VALUES (1, 'bob')",
          "INSERT INTO documents (tenant_id, author) VALUES (2, 'ada')",
          "UPDATE documents SET author = 'bob'",
          'UPDATE documents SET tenant_id = 2',
        ];
        for (const sql of refused) {
          await assert.rejects(
            asAda(() => client.query(sql)),
            { code: insufficientPrivilege },
            sql,
          );
        }
        const insert = "INSERT INTO documents (tenant_id, author, title) VALUES (1, 'ada', 'a3')";
        assert.equal(await asAda(() => changed(client, insert)), 1);
        assert.equal(await asAda(() => changed(client, "DELETE FROM documents WHERE title = 'a3'")), 1);
        assert.deepEqual(await as(client, role, { 'app.user_id': 'ada' }, () => titles(client)), []);
      }
    },
  },
  {
    prefix: 'pgr-rls-force',
    title: 'binds the owner, who saw everything before',
    async check(database) {
      const { client, owner } = await documents(database, [policyOnly]);
      await client.query(twoTenants);
      const read = () => as(client, owner, { 'app.tenant_id': '1' }, () => titles(client));
      assert.deepEqual(await read(), ['a1', 'a2', 'b1', 'b2']);
      await client.query(`SET ROLE ${owner}; ${snippetSql('pgr-rls-force')} RESET ROLE`);
      assert.deepEqual(await read(), ['a1', 'a2']);
    },
  },
  {
    prefix: 'pgr-rls-index',
    title: 'is valid, and finds the rows of a tenant for the policy',
    async check(database) {
      const { client, app } = await documents(database, [snippetSql('pgr-rls-tenant'), snippetSql('pgr-rls-index')]);
      await client.query(
        "INSERT INTO documents (tenant_id, title) SELECT i % 500, 't' FROM generate_series(1, 20000) i; ANALYZE documents",
      );
      const plan = await as(client, app, { 'app.tenant_id': '7' }, () =>
        rowsOf(client, 'EXPLAIN (COSTS OFF) SELECT title FROM documents'),
      );
      assert.match(JSON.stringify(plan), /Index Scan (using|on) documents_tenant_id_id/);
      assert.doesNotMatch(JSON.stringify(plan), /Seq Scan/);
      const valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'documents_tenant_id_id'::regclass";
      assert.deepEqual(await rowsOf(client, valid), [{ indisvalid: true }]);
    },
  },
  {
    prefix: 'pgr-rls-set-tenant',
    title: 'chooses the tenant until the end of the transaction',
    async check(database) {
      const { client, app } = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await client.query(twoTenants);
      const read = () => titles(client);
      const setTenant = snippetSql('pgr-rls-set-tenant', { 2: '2' });
      assert.deepEqual(await as(client, app, {}, () => client.query(setTenant).then(read)), ['b1', 'b2']);
      assert.deepEqual(await as(client, app, {}, read), []);
    },
  },
  {
    prefix: 'pgr-rls-test',
    title: 'shows what the role sees, and leaves nothing behind',
    async check(database) {
      const { client, app } = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await client.query(twoTenants);
      const query = "UPDATE documents SET title = 'mine' RETURNING tenant_id, current_user::text AS role;";
      const results = await client.query(snippetSql('pgr-rls-test', { 1: app, 3: '2', 4: query }));
      const rows = (results as unknown as pg.QueryResult[]).find(({ command }) => command === 'UPDATE')?.rows;
      assert.deepEqual(rows, [
        { tenant_id: '2', role: app },
        { tenant_id: '2', role: app },
      ]);
      const after = await rowsOf(
        client,
        "SELECT current_user = session_user AS self, nullif(current_setting('app.tenant_id', true), '') AS tenant",
      );
      assert.deepEqual(after, [{ self: true, tenant: null }]);
      assert.deepEqual(await titles(client), ['a1', 'a2', 'b1', 'b2']);
    },
  },
  {
    prefix: 'pgr-rls-check',
    title: 'finds the tables of tenants that are not protected, and only those',
    async check(database) {
      const { client } = await documents(database, [snippetSql('pgr-rls-tenant')]);
      await client.query(`
        CREATE TABLE nothing (tenant_id int);
        CREATE TABLE not_forced (tenant_id int);
        ALTER TABLE not_forced ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON not_forced USING (true);
        CREATE TABLE no_policy (tenant_id int);
        ALTER TABLE no_policy ENABLE ROW LEVEL SECURITY; ALTER TABLE no_policy FORCE ROW LEVEL SECURITY;
        CREATE TABLE not_enabled (tenant_id int);
        CREATE POLICY p ON not_enabled USING (true); ALTER TABLE not_enabled FORCE ROW LEVEL SECURITY;
        CREATE TABLE of_all (id int);`);
      assert.deepEqual(await rowsOf(client, snippetSql('pgr-rls-check')), [
        { table_name: 'no_policy', enabled: true, forced: true, has_policy: false },
        { table_name: 'not_enabled', enabled: false, forced: true, has_policy: true },
        { table_name: 'not_forced', enabled: true, forced: false, has_policy: true },
        { table_name: 'nothing', enabled: false, forced: false, has_policy: false },
      ]);
    },
  },
];
