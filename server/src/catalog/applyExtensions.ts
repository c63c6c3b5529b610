/** CREATE EXTENSION. */
import type { CreateExtensionStmt } from '@pgsql/types';
import { optionsOf } from './expressions.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreateExtension(schema: SchemaWriter, stmt: CreateExtensionStmt): void {
  const name = stmt.extname ?? '';
  if (schema.extension(name)) return;
  schema.setExtension({ name, schema: optionsOf(stmt.options).schema ?? null });
}
