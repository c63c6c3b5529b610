/** What is told of a schema that its migrations do not make: what no rule on models tells already. */
import { relationKey } from '../catalog/catalog.ts';
import { finalSchema } from '../catalog/finalSchema.ts';
import type { DriftSubject } from '../prismaEngine/drift.ts';
import { type DriftFinding, driftFindings } from '../prismaEngine/driftFindings.ts';
import type { DriftStep } from '../prismaEngine/steps.ts';
import { indexesNotInSchema } from '../rules/prisma/indexNotInSchema.ts';

/** @param steps from the migrations to the schema */
export function reviewDrift(
  { schema, history }: Pick<DriftSubject, 'schema' | 'history'>,
  steps: readonly DriftStep[],
): DriftFinding[] {
  const final = finalSchema(history);
  // index-not-in-schema says how Prisma keeps them
  const told = new Set(
    schema.models.flatMap((model) =>
      indexesNotInSchema(model, final).map(({ relation }) =>
        wordsOf(
          relationKey(model.databaseSchema ?? 'public', model.table),
          `index "${relation.name}" is not in the schema`,
        ),
      ),
    ),
  );
  const isTold = ({ about, differences }: DriftStep): boolean =>
    about !== null && differences.length > 0 && differences.every((words) => told.has(wordsOf(about.key, words)));
  return driftFindings(
    steps.filter((step) => !isTold(step)),
    schema,
  );
}

const wordsOf = (table: string, difference: string): string => `${table}: ${difference}`;
