/** Every file format, in the order in which they are asked. */
import { alembicSource } from './alembic/alembicSource.ts';
import { prismaSource } from './prisma/prismaSource.ts';
import type { Source } from './source.ts';
import { sqlSource } from './sql/sqlSource.ts';
import { typescriptSource } from './typescript/typescriptSource.ts';

export const sources: readonly Source[] = [sqlSource, alembicSource, prismaSource, typescriptSource];

export const sourceFor = (uri: string, languageId = ''): Source | null =>
  sources.find((s) => s.handles(uri, languageId)) ?? null;
