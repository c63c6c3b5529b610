/** The SQL of one model or enum, taken from the SQL of the whole schema. */
import { emptyCatalog } from '../catalog/catalog.ts';
import type { PrismaSchema } from '../sources/prisma/model.ts';
import type { Parser } from '../syntax/parser.ts';
import { placesOf } from './driftFindings.ts';
import { stepsOf } from './steps.ts';

/**
 * @param script from an empty database to the schema
 * @returns null when the schema has none of that name
 */
export function modelSql(script: string, schema: PrismaSchema, name: string, parser: Parser): string | null {
  const declared = [...schema.models, ...schema.enums].find((d) => d.name === name);
  if (!declared) return null;
  const places = placesOf(schema);
  const own = stepsOf(script, emptyCatalog, parser).filter(
    ({ about }) => about && places.get(`${about.kind} ${about.key}`) === declared,
  );
  return own.map(({ text }) => `${text}\n`).join('\n');
}
