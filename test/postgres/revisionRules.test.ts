// What the rules on revisions say, shown by Alembic itself on a real server: the examples' unsafe forms do the harm, the safe
// forms and what fixes make of the unsafe ones do not.
import assert from 'node:assert/strict';
import { revisionRules } from '../../server/src/rules/alembic/index.ts';
import { type Files, openProject } from '../harness/project.ts';
import { projectOf, revisionPath } from '../harness/revisionExample.ts';
import { alembic, hasAlembic } from './harness/alembic.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type TestDatabase, testedVersions } from './harness/servers.ts';

/** Runs a form of the example; rejects where the harm is done. */
type Proof = (run: (commands: readonly (readonly string[])[]) => string[], database: TestDatabase) => Promise<void>;

interface Harm {
  readonly runs: Proof;
  /** What the unsafe form fails with. */
  readonly error: RegExp;
}

const thereAndBack: Proof = async (run) =>
  void run([
    ['upgrade', 'head'],
    ['downgrade', '0001'],
  ]);
const forward: Proof = async (run) => void run([['upgrade', 'head']]);

const query = async (database: TestDatabase, sql: string): Promise<Record<string, unknown>[]> => {
  const client = await database.client();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

const offline: Proof = async (run) => void run([['upgrade', '0001:0002', '--sql']]);

/** What the migration is to have written. */
const writes =
  (sql: string): Proof =>
  async (run, database) => {
    await forward(run, database);
    assert.equal((await query(database, sql)).length, 1, 'nothing was written');
  };

/** The usual name is taken on this database: who drops the constraint by it does not find it. */
const dropsByName =
  (table: string, name: string): Proof =>
  async (run, database) => {
    await query(database, `CREATE TABLE other (id bigint, CONSTRAINT ${name} CHECK (id > 0))`);
    await forward(run, database);
    await query(database, `ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  };

const proofs: Readonly<Record<string, readonly Harm[]>> = {
  'drop-constraint-without-name': [
    { runs: thereAndBack, error: /Can't emit DROP CONSTRAINT/ },
    { runs: thereAndBack, error: /Can't emit DROP CONSTRAINT/ },
  ],
  'colon-taken-for-parameter': [
    { runs: forward, error: /A value is required for bind parameter 'true'/ },
    { runs: forward, error: /A value is required for bind parameter 'state'/ },
  ],
  'enum-type-not-created': [{ runs: thereAndBack, error: /type "job_priority" does not exist/ }],
  'enum-values-not-added': [
    {
      runs: async (run, database) => {
        await forward(run, database);
        await query(database, "INSERT INTO jobs VALUES (1, 'failed')");
      },
      error: /invalid input value for enum status: "failed"/,
    },
  ],
  'constraint-without-name': [
    { runs: dropsByName('orders', 'orders_customer_id_fkey'), error: /"orders_customer_id_fkey" .* does not exist/ },
    { runs: dropsByName('users', 'users_email_key'), error: /"users_email_key" .* does not exist/ },
  ],
  'value-formatted-into-sql': [
    { runs: forward, error: /syntax error at or near "Brien"/ },
    { runs: forward, error: /syntax error at or near "s"/ },
  ],
  'session-not-flushed': [
    { runs: writes("SELECT FROM roles WHERE id = 1 AND name = 'admin'"), error: /nothing was written/ },
    { runs: writes("SELECT FROM roles WHERE name = 'admin'"), error: /nothing was written/ },
  ],
  'model-used-in-migration': [{ runs: forward, error: /column users\.email does not exist/ }],
  'orm-session-in-migration': [
    {
      runs: async (run, database) => {
        const failure = await offline(run, database).then(() => '', String);
        await query(
          database,
          `CREATE TABLE updates (n int); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN INSERT INTO updates VALUES (1); RETURN NULL; END $$;
           CREATE TRIGGER note AFTER UPDATE ON users EXECUTE FUNCTION note()`,
        );
        await forward(run, database);
        const [updates] = await query(database, 'SELECT count(*)::int AS n FROM updates');
        assert.equal(`${updates?.n} UPDATE ${failure}`, '1 UPDATE ');
      },
      error: /3 UPDATE [\s\S]*'MockConnection' object has no attribute/,
    },
  ],
  'fails-in-offline-mode': [
    { runs: offline, error: /'NoneType' object is not iterable/ },
    { runs: offline, error: /No inspection system is available|'MockConnection' object has no attribute/ },
  ],
  'default-not-in-database': [{ runs: forward, error: /column "logins" of relation "users" contains null values/ }],
};

onEachVersion('rules on revisions', ({ version, freshDatabase }) => {
  // what Python does is the same for each version
  if (version !== testedVersions.at(-1)) return;

  before(function () {
    if (!hasAlembic()) this.skip();
  });

  const attempt = async ({ runs }: Harm, files: Files): Promise<void> => {
    const database = await freshDatabase();
    alembic(files, database, [['upgrade', '0001']]);
    await runs((commands) => alembic(files, database, commands), database);
  };

  for (const { id, examples } of revisionRules)
    examples.forEach((example, i) => {
      const harm = proofs[id]?.[i];
      it(`${id}, ${i + 1}`, async () => {
        assert.ok(harm, 'what it does has to be written down in `proofs`');
        await assert.rejects(attempt(harm, projectOf(example, example.unsafe)), harm.error);
        await attempt(harm, projectOf(example, example.safe));
      });

      it(`… fixed`, async function () {
        const { after } = await openProject(revisionPath, projectOf(example, example.unsafe));
        const fixed = after(id);
        if (!fixed) this.skip();
        await attempt(harm as Harm, fixed);
      });
    });
});
