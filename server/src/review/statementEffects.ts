/** What each statement of a file locks, rewrites and scans, with the schema just before it. */
import { apply } from '../catalog/apply.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { Replay } from '../catalog/replay.ts';
import { newSession } from '../catalog/session.ts';
import { forwardPart, stepOf } from '../document.ts';
import { type Effects, effectsOf } from '../facts/effects.ts';
import type { Piece } from '../sources/piece.ts';
import { Statement } from '../syntax/statement.ts';
import { type Step, take } from './review.ts';

export interface StatementEffects {
  readonly piece: Piece;
  readonly statement: Statement;
  /** Offset of the statement's text in the piece's SQL. */
  readonly start: number;
  readonly effects: Effects;
}

/**
 * The statements of the file's forward part that something is known of, in order.
 * @param base the schema before the file runs
 */
export function statementEffects(pieces: readonly Piece[], base: Catalog, targetVersion: number): StatementEffects[] {
  const replay = new Replay<Statement | Step, Effects | null>((item, schema) => {
    if (!(item instanceof Statement)) {
      take(item, schema);
      return null;
    }
    if (item.parsed.kind !== 'tree') return null;
    try {
      const effects = effectsOf(item.parsed.node, schema, targetVersion);
      apply(schema, item.parsed.node);
      return effects;
    } catch {
      // a tree too deep to walk: nothing is claimed, and what it changes is not known
      return null;
    }
  });
  const places = pieces.flatMap((piece) =>
    forwardPart(piece).map((statement, i) => ({ piece, statement, start: piece.sql.starts[i] as number })),
  );
  const items = pieces.flatMap((piece): (Statement | Step)[] => [stepOf(piece), ...forwardPart(piece)]);
  replay.update(items, base, newSession(pieces[0]?.wrapping ?? 'none'));
  const results = replay.results.filter((_, i) => items[i] instanceof Statement);
  return places.flatMap((place, i) => {
    const effects = results[i];
    return effects ? [{ ...place, effects }] : [];
  });
}
