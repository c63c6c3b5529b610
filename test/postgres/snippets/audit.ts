import assert from 'node:assert/strict';
import type pg from 'pg';
import { observe } from '../harness/effects.ts';
import type { TestDatabase } from '../harness/servers.ts';
import { snippetSql } from '../harness/snippets.ts';
import {
  as,
  type Behaviour,
  checkViolation,
  fails,
  insufficientPrivilege,
  lockNotAvailable,
  newRole,
  rowsOf,
} from './behaviour.ts';

// Columns with the names of what the trigger functions use inside.
const orders = `CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, quantity int, key text, db_user text, content text);`;

async function audited(database: TestDatabase, ...prefixes: string[]): Promise<pg.Client> {
  const client = await database.client();
  await client.query(orders);
  for (const prefix of prefixes) await client.query(snippetSql(prefix));
  return client;
}

const byRow = ['pgr-audit-log', 'pgr-audit-trigger-function', 'pgr-audit-attach'];

const logged = (client: pg.Client) =>
  rowsOf(
    client,
    `SELECT table_name, operation, old_row -> 'quantity' AS was, new_row -> 'quantity' AS became, db_user, app_user
     FROM audit.log ORDER BY id`,
  );

/** Insert 2 rows, change both in one statement, delete one: what each kind of trigger must have logged. */
async function changeOrders(client: pg.Client): Promise<void> {
  await client.query("INSERT INTO orders (name, quantity) VALUES ('a', 1), ('b', 2)");
  await client.query('UPDATE orders SET quantity = quantity * 10');
  await client.query("DELETE FROM orders WHERE name = 'a'");
}
const changes = [
  { operation: 'INSERT', was: null, became: 1 },
  { operation: 'INSERT', was: null, became: 2 },
  { operation: 'UPDATE', was: 1, became: 10 },
  { operation: 'UPDATE', was: 2, became: 20 },
  { operation: 'DELETE', was: 10, became: null },
];

/** A role that may work with orders and has no right on the log. */
async function applicationRole(client: pg.Client, database: TestDatabase): Promise<string> {
  const role = await newRole(client, database, 'app');
  await client.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO ${role}; GRANT USAGE ON SCHEMA audit TO ${role}`,
  );
  return role;
}

async function logsWhoChangedWhat(client: pg.Client, database: TestDatabase): Promise<void> {
  const role = await applicationRole(client, database);
  await as(client, role, { 'app.user_id': '42' }, () => changeOrders(client));
  const entries = await logged(client);
  // The order of the rows of one statement is not promised.
  const sorted = entries.sort((a, b) => order(a.operation) - order(b.operation) || Number(a.became) - Number(b.became));
  assert.deepEqual(
    sorted,
    changes.map((change) => ({ ...change, table_name: 'public.orders', db_user: role, app_user: '42' })).map(columns),
  );
}
const order = (operation: unknown) => ['INSERT', 'UPDATE', 'DELETE'].indexOf(String(operation));
const columns = ({ table_name, operation, was, became, db_user, app_user }: Record<string, unknown>) => ({
  table_name,
  operation,
  was,
  became,
  db_user,
  app_user,
});

async function logsTruncate(client: pg.Client): Promise<void> {
  await client.query('TRUNCATE orders');
  assert.deepEqual(await logged(client), [
    {
      table_name: 'public.orders',
      operation: 'TRUNCATE',
      was: null,
      became: null,
      db_user: 'postgres',
      app_user: null,
    },
  ]);
}

async function keepsTheLogFromTheApplication(client: pg.Client, database: TestDatabase): Promise<void> {
  const role = await applicationRole(client, database);
  for (const sql of [
    'SELECT * FROM audit.log',
    'DELETE FROM audit.log',
    "INSERT INTO audit.log (table_name, operation, db_user) VALUES ('t', 'INSERT', 'me')",
  ]) {
    await assert.rejects(
      as(client, role, {}, () => client.query(sql)),
      { code: insufficientPrivilege },
    );
  }
}

export const audit: Behaviour[] = [
  {
    prefix: 'pgr-audit-log',
    title: 'stores when and in which transaction, and refuses unknown operations',
    async check(database) {
      const client = await audited(database, 'pgr-audit-log');
      const insert = (operation: string) =>
        `INSERT INTO audit.log (table_name, operation, db_user) VALUES ('public.orders', '${operation}', 'me')`;
      await client.query(insert('DELETE'));
      await fails(client, insert('SELECT'), checkViolation);
      const rows = await rowsOf(
        client,
        `SELECT logged_at BETWEEN now() - interval '1 minute' AND now() AS recent,
                pg_xact_status(transaction_id) AS status FROM audit.log`,
      );
      assert.deepEqual(rows, [{ recent: true, status: 'committed' }]);
    },
  },
  {
    prefix: 'pgr-audit-trigger-function',
    title: 'logs old and new row, operation, role and application user of each row',
    async check(database) {
      await logsWhoChangedWhat(await audited(database, ...byRow), database);
    },
  },
  {
    prefix: 'pgr-audit-trigger-function',
    title: 'logs the whole row as jsonb, and the login when no role is set',
    async check(database) {
      const client = await audited(database, ...byRow);
      await client.query("INSERT INTO orders (name, quantity) VALUES ('a', 1)");
      assert.deepEqual(await rowsOf(client, 'SELECT old_row, new_row, db_user, app_user FROM audit.log'), [
        {
          old_row: null,
          new_row: { id: 1, name: 'a', quantity: 1, key: null, db_user: null, content: null },
          db_user: 'postgres',
          app_user: null,
        },
      ]);
    },
  },
  {
    prefix: 'pgr-audit-trigger-function',
    title: 'keeps the application from reading, forging and wiping the log',
    async check(database) {
      await keepsTheLogFromTheApplication(await audited(database, ...byRow), database);
    },
  },
  {
    prefix: 'pgr-audit-attach',
    title: 'lets readers work, and neither rewrites nor scans',
    async check(database) {
      const setup = orders + snippetSql('pgr-audit-log') + snippetSql('pgr-audit-trigger-function');
      assert.deepEqual(await observe(database, setup, snippetSql('pgr-audit-attach')), {
        locks: [{ relation: 'public.orders', mode: 'ShareRowExclusiveLock' }],
        rewrites: [],
        scans: [],
      });
    },
  },
  {
    prefix: 'pgr-audit-attach',
    title: 'logs TRUNCATE',
    async check(database) {
      await logsTruncate(await audited(database, ...byRow));
    },
  },
  {
    prefix: 'pgr-audit-attach',
    title: 'gives up when a writer does not end',
    async check(database) {
      const client = await audited(database, 'pgr-audit-log', 'pgr-audit-trigger-function');
      const writer = await database.client();
      await writer.query('BEGIN; INSERT INTO orders (quantity) VALUES (1)');
      await fails(client, snippetSql('pgr-audit-attach', { 4: '50ms' }), lockNotAvailable);
    },
  },
  {
    prefix: 'pgr-audit-statement',
    title: 'logs each row of a statement, with old and new of the same row, and who',
    async check(database) {
      await logsWhoChangedWhat(await audited(database, 'pgr-audit-log', 'pgr-audit-statement'), database);
    },
  },
  {
    prefix: 'pgr-audit-statement',
    title: 'logs nothing for no rows, and both sides of a changed key',
    async check(database) {
      const client = await audited(database, 'pgr-audit-log', 'pgr-audit-statement');
      await client.query('UPDATE orders SET quantity = 0; DELETE FROM orders');
      assert.deepEqual(await logged(client), []);
      await client.query('INSERT INTO orders (quantity) VALUES (7)');
      await client.query('UPDATE orders SET id = DEFAULT');
      const updates = await rowsOf(
        client,
        `SELECT old_row -> 'id' AS old, new_row -> 'id' AS new FROM audit.log
         WHERE operation = 'UPDATE' ORDER BY old_row -> 'id'`,
      );
      assert.deepEqual(updates, [
        { old: 1, new: null },
        { old: null, new: 2 },
      ]);
    },
  },
  {
    prefix: 'pgr-audit-statement',
    title: 'logs TRUNCATE',
    async check(database) {
      await logsTruncate(await audited(database, 'pgr-audit-log', 'pgr-audit-statement'));
    },
  },
  {
    prefix: 'pgr-audit-statement',
    title: 'keeps the application from the log',
    async check(database) {
      await keepsTheLogFromTheApplication(await audited(database, 'pgr-audit-log', 'pgr-audit-statement'), database);
    },
  },
  {
    prefix: 'pgr-audit-set-user',
    title: 'names the user until the end of the transaction',
    async check(database) {
      const client = await audited(database, ...byRow);
      const insert = 'INSERT INTO orders (quantity) VALUES (1)';
      await client.query(`BEGIN; ${snippetSql('pgr-audit-set-user', { 2: 'ada' })} ${insert}; COMMIT`);
      await client.query(insert);
      const users = (await logged(client)).map(({ app_user }) => app_user);
      assert.deepEqual(users, ['ada', null]);
    },
  },
  {
    prefix: 'pgr-audit-history',
    title: 'shows who changed which columns of one row',
    async check(database) {
      const client = await audited(database, ...byRow);
      await client.query("SELECT set_config('app.user_id', 'ada', false)");
      await changeOrders(client);
      const rows = await rowsOf(client, snippetSql('pgr-audit-history'));
      const empty = { key: null, db_user: null, content: null };
      assert.deepEqual(
        rows.map(({ logged_at, ...rest }) => rest),
        [
          { operation: 'INSERT', who: 'ada', was: null, became: { id: 1, name: 'a', quantity: 1, ...empty } },
          { operation: 'UPDATE', who: 'ada', was: { quantity: 1 }, became: { quantity: 10 } },
          { operation: 'DELETE', who: 'ada', was: { id: 1, name: 'a', quantity: 10, ...empty }, became: null },
        ],
      );
    },
  },
];
