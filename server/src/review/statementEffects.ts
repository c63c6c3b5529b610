/** What each statement of a file locks, rewrites and scans, with the schema just before it. */
import type { SchemaReader } from '../catalog/schema.ts';
import { strongLocks } from '../facts/blocking.ts';
import { type Effects, effectsOf } from '../facts/effects.ts';
import { forwardPart, type Piece } from '../sources/piece.ts';
import type { Statement } from '../syntax/statement.ts';

export interface StatementEffects {
  readonly piece: Piece;
  readonly statement: Statement;
  /** Offset of the statement's text in the piece's SQL. */
  readonly start: number;
  readonly effects: Effects;
  /** Those of its locks that make readers or writers of a relation in use wait. */
  readonly strong: Effects['locks'];
}

/** Null where nothing is known of the statement. */
export type EffectsThere = Pick<StatementEffects, 'effects' | 'strong'> | null;

export function effectsThere({ parsed }: Statement, schema: SchemaReader, targetVersion: number): EffectsThere {
  if (parsed.kind !== 'tree') return null;
  try {
    const effects = effectsOf(parsed.node, schema, targetVersion);
    return effects && { effects, strong: strongLocks(effects, schema) };
  } catch {
    // a tree too deep to walk: nothing is claimed
    return null;
  }
}

/** Those of one file, worked out as they are asked for. */
export class FileEffects {
  readonly targetVersion: number;
  readonly #pieces: readonly Piece[];
  readonly #see: (piece: number, statement: number) => EffectsThere;

  /** @param see by the numbers of the piece and of the statement in it */
  constructor(
    pieces: readonly Piece[],
    targetVersion: number,
    see: (piece: number, statement: number) => EffectsThere,
  ) {
    this.#pieces = pieces;
    this.targetVersion = targetVersion;
    this.#see = see;
  }

  /**
   * The statements of the file's forward part that something is known of, in order.
   * @param from UTF-16 offset into the file; statements that end before it are left out
   * @param to statements that begin behind it are left out
   */
  *between(from = 0, to = Number.MAX_SAFE_INTEGER): Generator<StatementEffects> {
    for (const [p, piece] of this.#pieces.entries()) {
      const { sql, map } = piece;
      const { length } = forwardPart(piece);
      if (length === 0 || map.toFile(0) > to || map.toFile(sql.length) < from) continue;
      const begin = map.fromFile(from);
      // a statement that ends right where the range begins belongs to it
      const at = begin === null ? 0 : Math.max(0, sql.indexAt(begin) - 1);
      for (let i = at; i < length; i++) {
        const start = sql.starts[i] as number;
        if (map.toFile(start) > to) break;
        const there = this.#see(p, i);
        if (there) yield { piece, statement: sql.statements[i] as Statement, start, ...there };
      }
    }
  }
}
