import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { startPrismaEngine } from '../../../server/src/main/prismaEngine.ts';
import { SchemaDrift } from '../../../server/src/prismaEngine/drift.ts';
import { PrismaEngine } from '../../../server/src/prismaEngine/engine.ts';
import type { PrismaMigration } from '../../../server/src/prismaEngine/historyDatabase.ts';
import type { EngineAnswer, EngineQuery } from '../../../server/src/prismaEngine/messages.ts';
import { argumentText, resultSetOf } from '../../../server/src/prismaEngine/resultSet.ts';
import { parser } from '../../harness/parser.ts';
import { embeddedFiles } from './embedded.ts';

const workerFile = fileURLToPath(new URL('../../../server/src/main/prismaEngineWorker.ts', import.meta.url));

/** Prisma's engine as the language server starts it, from the worker's source instead of its bundle. Dispose it. */
export const testEngine = (): PrismaEngine => new PrismaEngine({ startEngine: startPrismaEngine(workerFile) });

/** The whole as the language server has it. Let it rest in the end. */
export const testSchemaDrift = async (): Promise<SchemaDrift> =>
  new SchemaDrift({ startEngine: startPrismaEngine(workerFile), parser, ...(await embeddedFiles()) });

/** A schema with the datasource that every schema needs. */
export const schemaOf = (models: string, more = ''): [string, string][] => [
  ['schema.prisma', `datasource db {\n  provider = "postgresql"\n${more}}\n\n${models}`],
];

/** The engine's questions to a real server. */
export async function askServer(client: Client, { sql, args }: EngineQuery): Promise<EngineAnswer> {
  const text = { getTypeParser: () => (value: string) => value };
  const values = args.map(argumentText);
  const { fields, rows } = await client.query({ text: sql, values, rowMode: 'array', types: text });
  const columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  return { ok: true, result: resultSetOf({ columns, rows: rows as (string | null)[][] }) };
}

/** The migrations of a folder, in order. */
export function migrationsIn(folder: URL): PrismaMigration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8') }));
}
