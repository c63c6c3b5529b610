import assert from 'node:assert/strict';
import type pg from 'pg';
import { stableFunctions } from '../../../server/src/rules/functions/immutableFunctionDependsOnMore.ts';
import { type ClaimProof, type Example, type Proofs, refused } from './proof.ts';

/** The unsafe form is accepted and the work is refused with this SQLSTATE afterwards; with the safe form it runs. */
const failsLater = (work: string, code: string): ClaimProof => ({
  async claim(example) {
    const unsafe = await after(example, 'unsafe');
    await refused(unsafe, work, code);
    const safe = await after(example, 'safe');
    await safe.query(work);
  },
});

/** The statement itself is refused. */
const failsAtOnce = (code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase }) {
    await refused(await freshDatabase(), unsafe, code);
  },
});

/** Both forms run the work; what the query then gives tells them apart. */
const differs = (work: string, query: string, unsafe: unknown, safe: unknown): ClaimProof => ({
  async claim(example) {
    for (const [form, expected] of [
      ['unsafe', unsafe],
      ['safe', safe],
    ] as const) {
      const client = await after(example, form);
      await client.query(work);
      assert.deepEqual(await value(client, query), expected, `${form}: ${work}`);
    }
  },
});

async function after(example: Example, form: 'unsafe' | 'safe'): Promise<pg.Client> {
  const client = await example.freshDatabase();
  await client.query(example[form]);
  return client;
}

async function value(client: pg.Client, query: string): Promise<unknown> {
  const { rows } = await client.query({ text: query, rowMode: 'array' });
  return rows[0]?.[0];
}

const touchTrigger =
  'CREATE TRIGGER t BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch(); UPDATE items SET id = id';

export const functionsProofs: Proofs = {
  'function-without-return': [
    failsLater(touchTrigger, '2F005'),
    {
      async claim(example) {
        const trigger =
          'CREATE TABLE items (id bigint PRIMARY KEY, note text); CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION note_change();';
        await refused(await after(example, 'unsafe'), `${trigger} INSERT INTO items VALUES (1)`, '2F005');
        // COALESCE(NEW, OLD) is right for each event, also when all columns of the row but its key are null
        const client = await after(example, 'safe');
        await client.query(`${trigger} INSERT INTO items VALUES (1), (2); UPDATE items SET note = 'new' WHERE id = 1`);
        assert.equal(await value(client, 'SELECT note FROM items WHERE id = 1'), 'new');
        await client.query('DELETE FROM items');
        assert.equal(await value(client, 'SELECT count(*)::int FROM items'), 0);
      },
    },
    failsLater("SELECT add_note('a')", '2F005'),
  ],
  'query-without-destination': [failsLater('SELECT lock_items()', '42601'), failsLater('SELECT drop_item()', '42601')],
  'variable-named-like-column': [
    {
      async claim(example) {
        const work = 'SELECT * FROM all_users()';
        await refused(await after(example, 'unsafe'), work, '42702');
        const expected = (await (await after(example, 'safe')).query(work)).rows;
        // what the fix does
        const client = await example.freshDatabase();
        await client.query(example.unsafe.replace('$$', () => '$$\n#variable_conflict use_column'));
        assert.deepEqual((await client.query(work)).rows, expected);
      },
    },
    {
      async claim(example) {
        const work = "SELECT rename(1, 'new')";
        await refused(await after(example, 'unsafe'), work, '42702');
        const client = await after(example, 'safe');
        await client.query(work);
        assert.equal(await value(client, "SELECT count(*)::int FROM users WHERE email = 'new'"), 1);

        // where else a name is both, and where it is not
        const body = (sql: string) =>
          `CREATE OR REPLACE FUNCTION f(id bigint) RETURNS void LANGUAGE plpgsql AS $$BEGIN ${sql}; END$$; SELECT f(1)`;
        const ambiguous = [
          'INSERT INTO users (id) VALUES (99) ON CONFLICT (id) DO NOTHING',
          'PERFORM count(*) FROM users GROUP BY id',
          'PERFORM 1 FROM users ORDER BY id',
          'PERFORM 1 WHERE EXISTS (SELECT 1 FROM users WHERE id = 1)',
          'DELETE FROM users WHERE id = 1',
          'UPDATE users SET email = id::text',
          'PERFORM id FROM users u JOIN users v USING (id)',
          "UPDATE users SET email = 'x' WHERE users.id = 1 RETURNING id INTO id",
        ];
        for (const sql of ambiguous) await refused(client, body(sql), '42702');
        const clear = [
          'INSERT INTO users (id) VALUES (id + 1000)',
          'UPDATE users SET id = 2000 WHERE users.id = 3',
          'PERFORM u.id AS id FROM users u ORDER BY id',
          'PERFORM 1 FROM users u JOIN users v USING (id)',
        ];
        for (const sql of clear) await client.query(body(sql));
      },
    },
  ],
  'parameter-hidden-by-column': [differs('SELECT forget(1)', 'SELECT count(*)::int FROM users', 0, 19)],
  'commit-in-function': [
    {
      async claim(example) {
        await refused(await after(example, 'unsafe'), 'SELECT purge()', '2D000');
        await (await after(example, 'safe')).query('CALL purge()');
      },
    },
    failsLater('CALL purge()', '2D000'),
    failsLater('CALL purge()', '2D000'),
  ],
  'non-volatile-function-writes': [failsLater("SELECT visit('a')", '0A000'), failsLater("SELECT visit('a')", '0A000')],
  'immutable-function-depends-on-more': [
    {
      async claim(example) {
        const keepsPlan = 'SET plan_cache_mode = force_generic_plan; PREPARE q AS SELECT rate_of(1)';
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          await client.query(keepsPlan);
          const old = await value(client, 'EXECUTE q');
          await client.query('UPDATE rates SET rate = 99');
          const now = await value(client, 'EXECUTE q');
          assert.equal(now, form === 'unsafe' ? old : '99');
        }
      },
    },
    {
      async claim(example) {
        const keepsPlan = 'SET plan_cache_mode = force_generic_plan; PREPARE q AS SELECT ticket()';
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          await client.query(keepsPlan);
          const first = await value(client, 'EXECUTE q');
          assert.equal((await value(client, 'EXECUTE q')) === first, form === 'unsafe');
        }
        const client = await example.freshDatabase();
        const { rows } = await client.query(
          "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY($1) AND provolatile = 's'",
          [stableFunctions],
        );
        assert.deepEqual(rows.map((row) => row.proname).sort(), [...stableFunctions].sort());
      },
    },
  ],
  'exception-swallowed': [
    {
      async claim(example) {
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          const notices: string[] = [];
          client.on('notice', ({ message }) => notices.push(message ?? ''));
          await client.query('DELETE FROM log; SELECT note_it(NULL)');
          assert.equal(await value(client, 'SELECT count(*)::int FROM log'), 0);
          assert.equal(
            notices.some((n) => /not-null/.test(n)),
            form === 'safe',
          );
        }
      },
    },
  ],
  'function-already-exists': [failsAtOnce('42723')],
  'replaced-function-changes-signature': [
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42P13');
        const replace = (rest: string) => `CREATE OR REPLACE FUNCTION price_of(${rest} LANGUAGE sql AS $$SELECT 1$$`;
        await refused(client, replace('item integer) RETURNS SETOF integer'), '42P13');
        await refused(client, replace('integer) RETURNS integer'), '42P13');
        await client.query(replace('item integer DEFAULT 1) RETURNS integer STABLE'));
        await refused(client, replace('item integer) RETURNS integer'), '42P13');
        // an unnamed parameter may get a name, and a result of one column another name
        await client.query('CREATE FUNCTION f(integer) RETURNS TABLE (a integer) LANGUAGE sql AS $$SELECT 1$$');
        await client.query(
          'CREATE OR REPLACE FUNCTION f(n integer) RETURNS TABLE (b integer) LANGUAGE sql AS $$SELECT 1$$',
        );
      },
    },
    failsAtOnce('42P13'),
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42P13');
        const replace = (columns: string) =>
          `CREATE OR REPLACE FUNCTION prices() RETURNS TABLE (${columns}) LANGUAGE plpgsql AS $$BEGIN END$$`;
        await refused(client, replace('item integer, cost numeric'), '42P13');
        await refused(client, replace('item integer, price integer'), '42P13');
        await client.query(replace('item integer, price numeric'));
      },
    },
  ],
  'parameter-without-default-behind-default': [
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42P13');
        const create = (parameters: string) =>
          client.query(`CREATE FUNCTION f(${parameters}) RETURNS integer LANGUAGE sql AS $$SELECT 1$$`);
        await create('a integer DEFAULT 1, OUT b integer');
        await create('a integer DEFAULT 1, VARIADIC b integer[] DEFAULT NULL');
      },
    },
  ],
  'drop-function-not-unique': [
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42725');
        await refused(client, 'DROP FUNCTION IF EXISTS total', '42725');
        // a procedure of the name does not count
        await client.query('DROP FUNCTION total(integer); CREATE PROCEDURE total() LANGUAGE sql AS $$SELECT 1$$');
        await client.query(unsafe);
      },
    },
  ],
  'trigger-function-not-possible': [failsAtOnce('42P13'), failsAtOnce('42P13')],
  'trigger-function-returns-no-trigger': [failsAtOnce('42P17')],
  'trigger-not-possible': [
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42P17');
        const trigger = (rest: string) => `CREATE TRIGGER t ${rest} EXECUTE FUNCTION f()`;
        await refused(client, trigger('BEFORE DELETE ON items FOR EACH ROW WHEN (NEW.id > 1)'), '42P17');
        await refused(client, trigger('BEFORE TRUNCATE ON items FOR EACH ROW'), '0A000');
      },
    },
    failsAtOnce('42809'),
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '0A000');
        const trigger = (rest: string) => `CREATE TRIGGER t ${rest} EXECUTE FUNCTION f()`;
        await refused(client, trigger('INSTEAD OF UPDATE ON shown FOR EACH ROW WHEN (NEW.id > 1)'), '0A000');
        await refused(client, trigger('BEFORE UPDATE ON shown FOR EACH ROW'), '42809');
        await refused(client, trigger('BEFORE TRUNCATE ON shown'), '42809');
        await client.query(trigger('BEFORE UPDATE ON shown'));
      },
    },
    failsAtOnce('42P17'),
  ],
  'statement-trigger-reads-row': [
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        await unsafe.query("UPDATE items SET note = 'mine'");
        assert.equal(await value(unsafe, "SELECT count(*)::int FROM items WHERE note = 'mine'"), 20);
        const safe = await after(example, 'safe');
        await safe.query("UPDATE items SET note = 'mine'");
        assert.equal(await value(safe, "SELECT count(*)::int FROM items WHERE note = 'touched'"), 20);

        await unsafe.query(
          "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.id IS NULL AND OLD.id IS NULL THEN RAISE 'both are null' USING ERRCODE = 'P1234'; END IF; RETURN NULL; END$$",
        );
        await refused(unsafe, 'UPDATE items SET note = note', 'P1234');
      },
    },
  ],
  'after-trigger-changes-new': [
    differs("UPDATE items SET note = 'mine'", 'SELECT DISTINCT note FROM items', 'mine', 'touched'),
  ],
  'delete-trigger-returns-new': [differs('DELETE FROM items', 'SELECT count(*)::int FROM items', 20, 0)],
  'before-trigger-returns-old': [
    differs("UPDATE items SET note = 'new'", "SELECT count(*)::int FROM items WHERE note = 'new'", 0, 20),
    differs('INSERT INTO items VALUES (99)', 'SELECT count(*)::int FROM items WHERE id = 99', 0, 1),
  ],
  'soft-delete-trigger-still-deletes': [
    {
      async claim(example) {
        await refused(await after(example, 'unsafe'), 'DELETE FROM items WHERE id = 1', '27000');
        const client = await after(example, 'safe');
        await client.query('UPDATE items SET deleted_at = NULL; DELETE FROM items WHERE id = 1');
        assert.equal(await value(client, 'SELECT id::int FROM items WHERE deleted_at IS NOT NULL'), 1);
      },
    },
    differs('DELETE FROM items WHERE id = 1', 'SELECT count(*)::int FROM items', 19, 20),
  ],
  'trigger-fires-itself': [
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        await refused(unsafe, "UPDATE items SET note = 'new' WHERE id = 1", '54001');
        // a BEFORE trigger does the same; one for other columns does not
        const again = (trigger: string) =>
          `DROP TRIGGER touch ON items; CREATE TRIGGER touch ${trigger} ON items FOR EACH ROW EXECUTE FUNCTION touch()`;
        await unsafe.query(again('BEFORE UPDATE'));
        await refused(unsafe, "UPDATE items SET note = 'new' WHERE id = 1", '54001');
        await unsafe.query(again('AFTER UPDATE OF note'));
        await unsafe.query("UPDATE items SET note = 'new' WHERE id = 1");
        const safe = await after(example, 'safe');
        await safe.query("UPDATE items SET note = 'new' WHERE id = 1");
      },
    },
  ],
};
