import assert from 'node:assert/strict';
import type pg from 'pg';
import { observe } from '../harness/effects.ts';
import type { TestDatabase } from '../harness/servers.ts';
import { snippetSql } from '../harness/snippets.ts';
import { as, type Behaviour, fails, insufficientPrivilege, newRole, rowsOf, uniqueViolation } from './behaviour.ts';

const users = `
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
  INSERT INTO users (email) VALUES ('ada@example.com'), ('bob@example.com');`;

async function withUsers(database: TestDatabase, ...prefixes: string[]): Promise<pg.Client> {
  const client = await database.client();
  await client.query(users);
  for (const prefix of ['pgr-soft-delete-column', ...prefixes]) await client.query(snippetSql(prefix));
  return client;
}

const deleteUser = (id: number) => snippetSql('pgr-soft-delete-row', { 4: String(id) });
const restoreUser = (id: number) => snippetSql('pgr-soft-delete-restore', { 4: String(id) });

const emails = async (client: pg.Client, from: string) =>
  (await rowsOf(client, `SELECT email FROM ${from} ORDER BY id`)).map(({ email }) => email);

const live = (client: pg.Client) => emails(client, 'users WHERE deleted_at IS NULL');

/** Whether an index is valid, and the planner can use it for a condition. */
async function assertUsable(client: pg.Client, index: string, condition: string): Promise<void> {
  const valid = await rowsOf(client, `SELECT indisvalid FROM pg_index WHERE indexrelid = '${index}'::regclass`);
  assert.deepEqual(valid, [{ indisvalid: true }]);
  await client.query('SET enable_seqscan = off');
  const plan = await rowsOf(client, `EXPLAIN SELECT id FROM users WHERE ${condition}`);
  await client.query('RESET enable_seqscan');
  assert.match(JSON.stringify(plan), new RegExp(`Index.* ${index}\\b`));
}

async function reusesValuesOfDeletedRows(client: pg.Client): Promise<void> {
  const insertAda = "INSERT INTO users (email) VALUES ('ada@example.com')";
  await fails(client, insertAda, uniqueViolation);
  await client.query(deleteUser(1));
  await client.query(insertAda);
  await fails(client, insertAda, uniqueViolation);
  // Any number of deleted rows may share it.
  await client.query("UPDATE users SET deleted_at = now() WHERE email = 'ada@example.com'");
  await client.query(insertAda);
  await assertUsable(client, 'users_email_live', "email = 'x' AND deleted_at IS NULL");
}

/** A role that may read the view and not the table. */
async function readerOfView(client: pg.Client, database: TestDatabase): Promise<string> {
  const role = await newRole(client, database, 'reader');
  await client.query(`GRANT SELECT ON active_users TO ${role}`);
  return role;
}

export const softDelete: Behaviour[] = [
  {
    prefix: 'pgr-soft-delete-column',
    title: 'adds the column without a rewrite or a scan; all rows are live',
    async check(database) {
      assert.deepEqual(await observe(database, users, snippetSql('pgr-soft-delete-column')), {
        locks: [{ relation: 'public.users', mode: 'AccessExclusiveLock' }],
        rewrites: [],
        scans: [],
      });
      const client = await database.client();
      await client.query(snippetSql('pgr-soft-delete-column'));
      assert.deepEqual(await live(client), ['ada@example.com', 'bob@example.com']);
    },
  },
  {
    prefix: 'pgr-soft-delete-unique',
    title: "allows a deleted user's e-mail again, and never two live ones",
    async check(database) {
      await reusesValuesOfDeletedRows(await withUsers(database, 'pgr-soft-delete-unique'));
    },
  },
  {
    prefix: 'pgr-soft-delete-unique-concurrently',
    title: "allows a deleted user's e-mail again, and never two live ones",
    async check(database) {
      await reusesValuesOfDeletedRows(await withUsers(database, 'pgr-soft-delete-unique-concurrently'));
    },
  },
  {
    prefix: 'pgr-soft-delete-view',
    title: 'hides deleted rows',
    from: 15,
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-view');
      await client.query(deleteUser(1));
      assert.deepEqual(await emails(client, 'active_users'), ['bob@example.com']);
    },
  },
  {
    prefix: 'pgr-soft-delete-view',
    title: 'reads with the rights and under the policies of the caller',
    from: 15,
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-view');
      const role = await readerOfView(client, database);
      const read = () => as(client, role, {}, () => emails(client, 'active_users'));
      await assert.rejects(read(), { code: insufficientPrivilege });
      await client.query(`GRANT SELECT ON users TO ${role}`);
      assert.equal((await read()).length, 2);
      await client.query('ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (id = 2)');
      assert.deepEqual(await read(), ['bob@example.com']);
    },
  },
  {
    prefix: 'pgr-soft-delete-view',
    title: 'is refused before Postgres 15, with a clear error',
    to: 14,
    async check(database) {
      const client = await withUsers(database);
      await assert.rejects(
        client.query(snippetSql('pgr-soft-delete-view')),
        /unrecognized parameter "security_invoker"/,
      );
    },
  },
  {
    prefix: 'pgr-soft-delete-view-pg14',
    title: "hides deleted rows, and reads with the rights of the view's owner",
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-view-pg14');
      await client.query(deleteUser(1));
      const role = await readerOfView(client, database);
      assert.deepEqual(await as(client, role, {}, () => emails(client, 'active_users')), ['bob@example.com']);
    },
  },
  {
    prefix: 'pgr-soft-delete-trigger',
    title: 'keeps deleted rows, with the time of the first DELETE',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-trigger');
      await client.query('DELETE FROM users WHERE id = 1');
      assert.deepEqual(await live(client), ['bob@example.com']);
      const deleted = () => rowsOf(client, 'SELECT id, deleted_at FROM users WHERE deleted_at <= now()');
      const [first] = await deleted();
      assert.equal(first?.id, '1');
      await client.query('DELETE FROM users');
      assert.deepEqual(await live(client), []);
      assert.deepEqual(
        (await deleted()).find(({ id }) => id === '1'),
        first,
      );
    },
  },
  {
    prefix: 'pgr-soft-delete-trigger',
    title: 'lets a transaction that says so really delete',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-trigger');
      await client.query(
        "BEGIN; SELECT set_config('app.hard_delete', 'on', true); DELETE FROM users WHERE id = 1; COMMIT",
      );
      assert.deepEqual(await emails(client, 'users'), ['bob@example.com']);
      await client.query('DELETE FROM users');
      assert.deepEqual(await emails(client, 'users'), ['bob@example.com']);
      assert.deepEqual(await live(client), []);
    },
  },
  {
    prefix: 'pgr-soft-delete-trigger',
    title: 'lets readers work while it is created',
    async check(database) {
      const setup = users + snippetSql('pgr-soft-delete-column');
      const { locks, scans } = await observe(database, setup, snippetSql('pgr-soft-delete-trigger'));
      assert.deepEqual(locks, [{ relation: 'public.users', mode: 'ShareRowExclusiveLock' }]);
      assert.deepEqual(scans, []);
    },
  },
  {
    prefix: 'pgr-soft-delete-row',
    title: 'marks one row, once',
    async check(database) {
      const client = await withUsers(database);
      assert.deepEqual(
        (await rowsOf(client, deleteUser(1))).map(({ id }) => id),
        ['1'],
      );
      assert.deepEqual(await rowsOf(client, deleteUser(1)), []);
      assert.deepEqual(await live(client), ['bob@example.com']);
    },
  },
  {
    prefix: 'pgr-soft-delete-restore',
    title: 'brings a deleted row back, and leaves a live one alone',
    async check(database) {
      const client = await withUsers(database);
      await client.query(deleteUser(1));
      assert.deepEqual(
        (await rowsOf(client, restoreUser(1))).map(({ email }) => email),
        ['ada@example.com'],
      );
      assert.deepEqual(await live(client), ['ada@example.com', 'bob@example.com']);
      assert.deepEqual(await rowsOf(client, restoreUser(2)), []);
    },
  },
  {
    prefix: 'pgr-soft-delete-restore',
    title: 'fails when the value is taken meanwhile',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-unique');
      await client.query(deleteUser(1));
      await client.query("INSERT INTO users (email) VALUES ('ada@example.com')");
      await fails(client, restoreUser(1), uniqueViolation);
    },
  },
  {
    prefix: 'pgr-soft-delete-purge',
    title: 'removes only rows deleted long ago, in batches, past the trigger',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-trigger');
      await client.query(`
        INSERT INTO users (email, deleted_at)
        SELECT 'old' || i, now() - interval '91 days' FROM generate_series(1, 5) i
        UNION ALL SELECT 'recent', now() - interval '89 days';
        CREATE TABLE batch (transaction_id xid8, n int);
        CREATE FUNCTION count_batch() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO batch SELECT pg_current_xact_id(), count(*) FROM gone; RETURN NULL; END';
        CREATE TRIGGER count_batch AFTER DELETE ON users REFERENCING OLD TABLE AS gone
          FOR EACH STATEMENT EXECUTE FUNCTION count_batch();`);
      await client.query(snippetSql('pgr-soft-delete-purge'));
      await client.query('CALL users_purge(batch_size => 2)');
      assert.deepEqual(await emails(client, 'users'), ['ada@example.com', 'bob@example.com', 'recent']);
      const batches = await rowsOf(client, 'SELECT sum(n)::int AS n FROM batch GROUP BY transaction_id ORDER BY 1');
      assert.deepEqual(batches, [{ n: 1 }, { n: 2 }, { n: 2 }]);

      await client.query("CALL users_purge('1 day')");
      assert.deepEqual(await emails(client, 'users'), ['ada@example.com', 'bob@example.com']);
      // Its licence to delete ended with it.
      await client.query('DELETE FROM users');
      assert.equal((await emails(client, 'users')).length, 2);
    },
  },
  {
    prefix: 'pgr-soft-delete-purge',
    title: 'leaves a row that another transaction holds for the next time',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-purge');
      await client.query("UPDATE users SET deleted_at = now() - interval '1 year'");
      const holder = await database.client();
      await holder.query('BEGIN; SELECT FROM users WHERE id = 1 FOR UPDATE');
      await client.query("SET lock_timeout = '1s'");
      await client.query('CALL users_purge()');
      assert.deepEqual(await emails(client, 'users'), ['ada@example.com']);
      await holder.query('ROLLBACK');
      await client.query('CALL users_purge()');
      assert.deepEqual(await emails(client, 'users'), []);
    },
  },
  {
    prefix: 'pgr-soft-delete-purge-index',
    title: 'is valid and finds rows deleted long ago',
    async check(database) {
      const client = await withUsers(database, 'pgr-soft-delete-purge-index');
      await assertUsable(client, 'users_deleted_at', "deleted_at < now() - interval '90 days'");
    },
  },
];
