/** Prisma: a schema that the migrations do not make. */
import type { HistoryProblem } from './problem.ts';

export const schemaDrift: HistoryProblem = {
  id: 'schema-not-migrated',
  severity: 'warning',
  docs: {
    summary: 'A model or enum of schema.prisma is otherwise than the migrations make it.',
    why: 'Prisma makes its queries of schema.prisma, and the database of the migrations: a query for a column or table that no migration brings fails. What is compared is what `prisma migrate diff --from-migrations --to-schema-datamodel` compares, by the same engine, on an embedded Postgres in which the migrations have run; nothing is said where one of them does not run there. Indexes, keys and defaults that differ are reported as information: queries work, but `prisma migrate dev` will bring the change along with the next one.',
    fine: 'While you change the schema: the quick fix writes the migration. And where the difference is meant, as with an index that the schema language cannot say: silence it at the model.',
    source: 'https://www.prisma.io/docs/orm/reference/prisma-cli-reference#migrate-diff',
  },
};
