/** What the grammar makes of one statement. */
import type { Node, RawStmt } from '@pgsql/types';

export interface SyntaxProblem {
  readonly message: string;
  /** UTF-16 offset into {@link Statement.text}. */
  readonly offset: number;
}

export type Parsed =
  /** `templated`: a template stands where a name may, or a whole clause: there may be other names than the tree has. */
  | { readonly kind: 'tree'; readonly node: Node; readonly raw: RawStmt; readonly templated?: true }
  | { readonly kind: 'error'; readonly problem: SyntaxProblem }
  /** Not judged, with one sentence that says why; null where there is nothing to say (a template fills it in later). */
  | { readonly kind: 'opaque'; readonly reason: string | null }
  /** A psql meta-command, or nothing but comments. */
  | { readonly kind: 'none' };
