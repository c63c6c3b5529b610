/** Databases with a schema and rows in its tables. */
import { fillTables } from './fillTables.ts';
import type { TestDatabase, TestServer } from './servers.ts';

/** A database of its own with rows in every table. */
export async function filled(database: TestDatabase, schema: string): Promise<TestDatabase> {
  const client = await database.client();
  await client.query(schema);
  await fillTables(client);
  await client.end();
  return database;
}

/** One database a schema for all tests of a suite, each of which has to roll back what it does. */
export class FilledDatabases {
  readonly #bySchema = new Map<string, Promise<TestDatabase>>();

  get(server: TestServer, schema: string): Promise<TestDatabase> {
    let database = this.#bySchema.get(schema);
    if (!database) {
      database = server.freshDatabase().then((fresh) => filled(fresh, schema));
      this.#bySchema.set(schema, database);
    }
    return database;
  }

  async drop(): Promise<void> {
    for (const database of this.#bySchema.values()) await (await database).drop();
    this.#bySchema.clear();
  }
}
