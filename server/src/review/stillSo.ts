/** Of what was concluded at a file's end, the part that is still so at the end of the file's history. */
import type { Catalog } from '../catalog/catalog.ts';
import { finalSchema } from '../catalog/finalSchema.ts';
import type { FinalSchema } from '../catalog/schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { conclude, type Findings, type ReviewOptions, sessionsOf } from './review.ts';

const schemas = new WeakMap<Catalog, FinalSchema>();
/** A key press asks for all of them again. */
const known = new WeakMap<Findings, { readonly end: Catalog; readonly lasting: Findings }>();

export function stillSo(concluded: Findings, statement: Statement, end: Catalog, options: ReviewOptions): Findings {
  const before = known.get(concluded);
  if (before?.end === end) return before.lasting;
  let schema = schemas.get(end);
  if (!schema) {
    schema = finalSchema(end);
    schemas.set(end, schema);
  }
  const then = conclude(
    statement,
    schema,
    sessionsOf.get(concluded) ?? { session: schema.session, ending: schema.session },
    options,
  );
  const lasting = concluded.filter((finding) =>
    then.some((f) => f.rule === finding.rule && f.span.start === finding.span.start && f.span.end === finding.span.end),
  );
  known.set(concluded, { end, lasting });
  return lasting;
}
