/** `pgreview check --database embedded`: Prisma schemas are compared with their migrations. */

import type { Configuration } from '../configuration.ts';
import { DatabaseFailure } from '../database/database.ts';
import type { FileReview } from '../document.ts';
import type { DriftSubject } from '../prismaEngine/drift.ts';
import { EngineError } from '../prismaEngine/engine.ts';
import { ReplayError } from '../prismaEngine/historyDatabase.ts';
import { reviewDrift } from '../review/driftReview.ts';
import type { Parser } from '../syntax/parser.ts';
import { baseName } from '../tools/paths.ts';
import type { Workspace } from '../workspace.ts';
import { createSchemaDrift } from './schemaDrift.ts';
import { UsageError } from './usageError.ts';

/**
 * @param uris open in the workspace
 * @returns the reviews that have become others
 * @throws {UsageError} when the embedded Postgres or the engine does not start
 */
export async function compareSchemas(
  uris: readonly string[],
  workspace: Workspace,
  parser: Parser,
  configuration: Configuration,
  progress: (message: string) => void,
): Promise<Map<string, FileReview>> {
  const reviews = new Map<string, FileReview>();
  const subjects = new Map<string, DriftSubject>();
  const schemas = uris.filter((uri) => workspace.get(uri)?.source.id === 'prisma');
  for (const uri of schemas) {
    const subject = workspace.driftSubject(uri);
    if (subject) subjects.set(subject.main, subject);
  }
  if (subjects.size === 0) return reviews;
  const drift = createSchemaDrift(parser);
  try {
    for (const subject of subjects.values()) {
      const name = baseName(subject.main);
      const steps = await drift
        .stepsTo(subject, { progress: (message) => progress(`${name}: ${message}`) })
        .catch((error: unknown) => {
          // a schema that is not valid, or migrations that need what is not here: nothing is known
          if (error instanceof ReplayError || (error instanceof EngineError && error.code !== null)) return [];
          throw error;
        });
      workspace.setDrift(subject.main, reviewDrift(subject, steps, configuration, parser));
      for (const [uri] of subject.files) {
        const review = steps.length > 0 && uris.includes(uri) ? workspace.review(uri) : null;
        if (review) reviews.set(uri, review);
      }
    }
    progress('');
  } catch (error) {
    if (error instanceof DatabaseFailure || error instanceof EngineError) throw new UsageError(error.message);
    throw error;
  } finally {
    drift.rest();
  }
  return reviews;
}
