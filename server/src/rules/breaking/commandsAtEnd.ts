/** The subcommands of an ALTER TABLE, looked at when the whole file has run. */
import type { AlterTableCmd, AlterTableStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { ConclusionContext } from '../rule.ts';

export interface ConcludedCommand {
  readonly command: AlterTableCmd;
  readonly span: Span;
  /** The table's name as written. */
  readonly written: string;
  /** The table as the file leaves it. */
  readonly relation: Relation;
}

/** Empty for a table that the file creates, or leaves under another name. */
export function* commandsAtEnd(
  stmt: AlterTableStmt,
  { tokens, text, session, after }: ConclusionContext,
): Generator<ConcludedCommand> {
  const key = rangeVarKey(stmt.relation, session.schema);
  const relation = stmt.objtype === 'OBJECT_TABLE' ? after.relation(key) : undefined;
  if (!relation || relation.temporary || after.isCreated(key)) return;
  const at = tokens.at(stmt.relation?.location ?? 0);
  const behind = tokens.afterName(at);
  const name = tokens.span(at, behind - 1);
  const parts = tokens.split(tokens.written(behind) === '*' ? behind + 1 : behind);
  for (const [i, node] of (stmt.cmds ?? []).entries()) {
    const part = parts[i];
    if (!part || !('AlterTableCmd' in node)) continue;
    const span = tokens.span(part.first, part.last);
    yield { command: node.AlterTableCmd, span, written: text.slice(name.start, name.end), relation };
  }
}
