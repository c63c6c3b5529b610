/** Prisma's engine and the embedded Postgres that answers it, on Node. Loaded when a schema is first looked at. */
import { SchemaDrift } from '../prismaEngine/drift.ts';
import type { Parser } from '../syntax/parser.ts';
import { embeddedFiles } from './embeddedFiles.ts';
import { startPrismaEngine } from './prismaEngine.ts';

export const createSchemaDrift = (parser: Parser): SchemaDrift =>
  new SchemaDrift({ startEngine: startPrismaEngine(), parser, ...embeddedFiles() });
