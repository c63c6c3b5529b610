import assert from 'node:assert/strict';
import type pg from 'pg';
import type { TestDatabase, Version } from '../harness/servers.ts';

/** A thing that a snippet does, shown in an empty database. */
export interface Behaviour {
  /** The snippet that it is about. */
  prefix: string;
  title: string;
  /** Postgres versions, both included; all when absent. */
  from?: Version;
  to?: Version;
  check(database: TestDatabase): Promise<void>;
}

/** SQLSTATEs that snippets provoke on purpose. */
export const insufficientPrivilege = '42501';
export const uniqueViolation = '23505';
export const checkViolation = '23514';
export const lockNotAvailable = '55P03';

/** The rows of a query. Several statements give those of the last. */
export async function rowsOf(client: pg.Client, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const result = await client.query(sql, values);
  const last = Array.isArray(result) ? result.at(-1) : result;
  return last.rows;
}

/** Asserts that the statement fails with the SQLSTATE. */
export async function fails(client: pg.Client, sql: string, code: string): Promise<void> {
  await assert.rejects(client.query(sql), (error: { code?: string; message: string }) => {
    assert.equal(error.code, code, error.message);
    return true;
  });
}

/** Runs `body` as a role, with settings, in a transaction that is committed, or rolled back when it fails. */
export async function as<T>(
  client: pg.Client,
  role: string,
  settings: Record<string, string>,
  body: () => Promise<T>,
): Promise<T> {
  await client.query(`BEGIN; SET LOCAL ROLE ${role}`);
  for (const [name, value] of Object.entries(settings)) {
    await client.query('SELECT set_config($1, $2, true)', [name, value]);
  }
  try {
    const result = await body();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** A new role without login. Roles belong to the whole server: the database's name keeps those of the tests apart. */
export async function newRole(client: pg.Client, database: TestDatabase, name: string): Promise<string> {
  const role = `${database.name}_${name}`;
  await client.query(`CREATE ROLE ${role}`);
  return role;
}
