import type { Range } from 'vscode-languageserver-types';
import type { SchemaStep } from '../database/embedded/replay.ts';
import type { QueryParameter } from '../protocol.ts';

/** The one statement that is to be explained, out of whatever file it stands in. */
export interface ExplainSubject {
  readonly uri: string;
  /** One statement, no trailing `;`. Parameters are rewritten to `$1` … `$n`, padded to the length they had. */
  readonly sql: string;
  /** In the order of `$n`. */
  readonly parameters: readonly QueryParameter[];
  /** The statement's range in the file. */
  readonly range: Range;
  /** From UTF-16 offsets in `sql` to a range in the file; null where the text has no single place there. */
  toRange(start: number, end: number): Range | null;
  /** Everything that runs before it, for the embedded Postgres. */
  readonly schema: readonly SchemaStep[];
}
