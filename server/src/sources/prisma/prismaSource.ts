/** Prisma's schemas hold no SQL: what they mean for Postgres is told by rules on their models. */
import type { Source } from '../source.ts';

export const prismaSource: Source = {
  id: 'prisma',
  handles: (uri, languageId) => languageId === 'prisma' || /\.prisma$/i.test(uri),
  read: () => [],
  edit: () => [],
};
