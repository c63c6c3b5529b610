/** One statement of a file, with its leading white space and comments, parsed once and never changed. */
import type { Boundary } from '../text/split.ts';
import { parseBody } from './parseBody.ts';
import type { Parsed } from './parsed.ts';
import type { Parser } from './parser.ts';

export class Statement {
  /** Leading white space and comments, the statement, its terminator, and the data of a COPY. Statements tile a file. */
  readonly text: string;
  /** Offsets into `text`; the terminator is outside. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly terminated: boolean;
  /** Characters behind `text` that were read to find its end. */
  readonly lookahead: number;
  /** psql's `\if` opened in it, less `\endif` closed. */
  readonly conditions: number;
  /** It may bear on how the file around it is read or judged; few statements are. */
  readonly notable: boolean;
  /** Locations in the tree are UTF-16 offsets into `text`. */
  readonly parsed: Parsed;
  /** Asked again when a broken statement is explained. */
  readonly parser: Parser;

  constructor(source: string, start: number, boundary: Boundary, parser: Parser, copy: boolean) {
    const text = source.slice(start, boundary.end);
    this.parser = parser;
    this.text = copy ? detached(text) : text;
    this.bodyStart = boundary.bodyStart - start;
    this.bodyEnd = boundary.bodyEnd - start;
    this.terminated = boundary.terminated;
    this.lookahead = Math.max(0, boundary.readTo - boundary.end);
    const metas = boundary.metas.map((m) => ({ ...m, start: m.start - start, end: m.end - start }));
    this.conditions = metas.reduce((n, m) => n + conditions(this.text.slice(m.start, m.end)), 0);
    this.parsed =
      boundary.kind === 'sql' ? parseBody(this.text, this.bodyStart, this.bodyEnd, metas, parser) : { kind: 'none' };
    this.notable =
      this.lookahead > 0 ||
      this.conditions !== 0 ||
      !this.terminated ||
      fileMarks.test(this.text) ||
      this.setsBackslashes;
  }

  /** A setting under which backslashes escape in plain strings, so that text which looks broken may be right. */
  get setsBackslashes(): boolean {
    const { parsed } = this;
    return (
      parsed.kind === 'tree' &&
      'VariableSetStmt' in parsed.node &&
      parsed.node.VariableSetStmt.name === 'standard_conforming_strings'
    );
  }

  /** Comments and white space before the statement. */
  get leading(): string {
    return this.text.slice(0, this.bodyStart);
  }

  get body(): string {
    return this.text.slice(this.bodyStart, this.bodyEnd);
  }
}

/** Comments that speak for the whole file: migration tools' and our own, and the names of databases. */
const fileMarks =
  /\+goose|\+migrate|migrate:|^--! |pgreview-ignore-file|atlas:txmode|liquibase|--[ \t]*(?:depends|transactional):|--[ \t]*changeset|---- tern:|drop below ----|(?:up|down) migration|--[ \t]*\w*_transaction\w*[ \t]*\r?$|^[ \t]*--[- \t]*(?:postgres(?:ql)?|mysql|mariadb|sqlite|sql server|mssql|oracle|clickhouse)[ \t]*:?[- \t]*\r?$/im;

function conditions(meta: string): number {
  return (meta.match(/\\if\b/g)?.length ?? 0) - (meta.match(/\\endif\b/g)?.length ?? 0);
}

/** A copy that does not keep the whole file it was cut from alive (V8 slices share their parent's memory). */
function detached(text: string): string {
  return ` ${text}`.slice(1);
}
