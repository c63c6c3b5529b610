import { startServer, type TestDatabase, type TestServer, testedVersions, type Version } from './servers.ts';

/** Many times what a test takes: the machine may be busy with other tests. */
const testTimeout = 30_000;

/** The first start ever downloads the servers. */
const startTimeout = 10 * 60_000;

/**
 * A mocha suite for each tested Postgres version. `server()` answers inside hooks and tests, once the server runs.
 * `freshDatabase()` is an empty database that goes after the test (or after the suite, when a `before` hook asked for it).
 */
export function onEachVersion(
  title: string,
  suite: (postgres: { version: Version; server(): TestServer; freshDatabase(): Promise<TestDatabase> }) => void,
): void {
  for (const version of testedVersions) {
    describe(`${title} (Postgres ${version})`, function () {
      this.timeout(testTimeout);
      let server: TestServer | undefined;
      let databases: TestDatabase[] = [];
      let ofSuite: TestDatabase[] | undefined;

      before(async function () {
        this.timeout(startTimeout);
        server = await startServer(version);
      });
      beforeEach(() => {
        // What exists when the first test begins was made by `before` hooks: it stays until the end.
        if (!ofSuite) {
          ofSuite = databases;
          databases = [];
        }
      });
      afterEach(async () => {
        await Promise.all(databases.map((database) => database.drop()));
        databases = [];
      });
      after(async () => {
        await Promise.all([...(ofSuite ?? []), ...databases].map((database) => database.drop()));
      });

      suite({
        version,
        server() {
          if (!server) throw new Error('The server runs in hooks and tests only.');
          return server;
        },
        async freshDatabase() {
          if (!server) throw new Error('The server runs in hooks and tests only.');
          const database = await server.freshDatabase();
          databases.push(database);
          return database;
        },
      });
    });
  }
}
