/** What a statement locks, rewrites and scans, worked out once for all that ask. */
import type { Node } from '@pgsql/types';
import type { SchemaReader } from '../catalog/schema.ts';
import { type Effects, effectsOf } from '../facts/effects.ts';
import type { ReviewOptions } from './review.ts';

/** Asked for by several rules, and once more when the statement runs. */
const effectsKnown = new WeakMap<SchemaReader, { readonly node: Node; readonly effects: Effects | null }>();

/** Before the statement is applied to the schema. */
export function effectsFor(node: Node, schema: SchemaReader, { targetVersion }: ReviewOptions): Effects | null {
  const known = effectsKnown.get(schema);
  if (known?.node === node) return known.effects;
  const effects = effectsOf(node, schema, targetVersion);
  effectsKnown.set(schema, { node, effects });
  return effects;
}
