/** A revision as rules on its Python look at it. */
import type { Tree } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import type { Host, Piece } from '../piece.ts';
import type { EvaluatedFunction } from './evaluate.ts';
import type { KnownConvention } from './namingConventions.ts';

export interface Revision {
  readonly text: string;
  readonly tree: Tree;
  /** `upgrade` and `downgrade`, run as far as the files tell what they do. */
  readonly functions: readonly EvaluatedFunction[];
  /** Of the application's metadata. */
  readonly convention: KnownConvention;
  /** How comments go with what stands there. */
  hostAt(span: Span): Host;
}

const revisions = new WeakMap<readonly Piece[], Revision>();

export const rememberRevision = (pieces: readonly Piece[], revision: Revision): void => {
  revisions.set(pieces, revision);
};

/** The revision that a row of pieces was read from; null for a file that is none. */
export const revisionOf = (pieces: readonly Piece[]): Revision | null => revisions.get(pieces) ?? null;
