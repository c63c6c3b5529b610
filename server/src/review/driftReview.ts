/** What is told of a schema that its migrations do not make: what no rule on models tells already. */
import { finalSchema } from '../catalog/finalSchema.ts';
import { type Configuration, severityOf } from '../configuration.ts';
import type { DriftSubject } from '../prismaEngine/drift.ts';
import { type DriftFinding, driftFindings } from '../prismaEngine/driftFindings.ts';
import type { DriftStep } from '../prismaEngine/steps.ts';
import type { Parser } from '../syntax/parser.ts';
import { reviewModels } from './modelReview.ts';

/** @param steps from the migrations to the schema */
export function reviewDrift(
  { schema, history }: Pick<DriftSubject, 'schema' | 'history'>,
  steps: readonly DriftStep[],
  configuration: Configuration,
  parser: Parser,
): DriftFinding[] {
  if (steps.length === 0) return [];
  const models = reviewModels(schema, { history: finalSchema(history), takesFollowUps: false, parser });
  const told = new Set(
    models.flatMap(({ finding, tells = [] }) =>
      severityOf(finding.rule, finding.severity, configuration) === null ? [] : tells,
    ),
  );
  const left = steps.flatMap((step) => {
    const differences = step.differences.filter(({ of }) => !of.some((thing) => told.has(thing)));
    return differences.length > 0 ? [{ ...step, differences }] : [];
  });
  return driftFindings(left, schema);
}
