import type { Node } from '@pgsql/types';
import type { QueryNode } from './scope.ts';

/** The query in a statement that is about one: that of CREATE VIEW, EXPLAIN, PREPARE …; the statement itself otherwise. */
export function queryIn(statement: Node): QueryNode | null {
  if ('SelectStmt' in statement || 'InsertStmt' in statement || 'UpdateStmt' in statement) return statement;
  if ('DeleteStmt' in statement || 'MergeStmt' in statement) return statement;
  const about =
    'ViewStmt' in statement
      ? statement.ViewStmt.query
      : 'CreateTableAsStmt' in statement
        ? statement.CreateTableAsStmt.query
        : 'ExplainStmt' in statement
          ? statement.ExplainStmt.query
          : 'PrepareStmt' in statement
            ? statement.PrepareStmt.query
            : 'DeclareCursorStmt' in statement
              ? statement.DeclareCursorStmt.query
              : 'CopyStmt' in statement
                ? statement.CopyStmt.query
                : undefined;
  return about ? queryIn(about) : null;
}
