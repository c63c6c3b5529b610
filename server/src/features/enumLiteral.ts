/** The value of an enum that a string in SQL means. */
import type { Node } from '@pgsql/types';
import { relationKey } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';
import { enumValuesAt } from '../completion/enumValues.ts';
import { type StatementThere, statementsAt } from '../surroundings.ts';
import type { Parser } from '../syntax/parser.ts';
import { tokenize } from '../text/lexer.ts';
import type { FileState, Workspace } from '../workspace.ts';

export interface EnumLiteral {
  readonly there: StatementThere;
  /** Of the type, in the catalog. */
  readonly type: string;
  readonly value: string;
}

export function enumLiteralAt(
  workspace: Workspace,
  file: FileState,
  parser: Parser,
  offset: number,
): EnumLiteral | null {
  for (const there of statementsAt(workspace, file, offset)) {
    const { piece, statement, start, before } = there;
    const inSql = piece.map.fromFile(offset);
    if (inSql === null || statement.parsed.kind !== 'tree') continue;
    const { text, bodyStart, bodyEnd } = statement;
    const at = inSql - start;
    const string = tokenize(text, bodyStart, bodyEnd).find(
      (token) => token.kind === 'string' && token.start < at && at < token.end && text[token.start] === "'",
    );
    if (!string) continue;
    const value = text.slice(string.start + 1, string.end - 1).replaceAll("''", "'");
    const type =
      definedBy(statement.parsed.node, before.session.schema) ??
      enumValuesAt({ text, start: bodyStart, offset: at }, before, parser)?.key;
    if (type) return { there, type, value };
  }
  return null;
}

/** The type that a statement about one is about. */
function definedBy(node: Node, schema: string): string | null {
  const names =
    'CreateEnumStmt' in node
      ? node.CreateEnumStmt.typeName
      : 'AlterEnumStmt' in node
        ? node.AlterEnumStmt.typeName
        : null;
  const parts = nameParts(names ?? undefined);
  const name = parts.at(-1);
  return name === undefined ? null : relationKey(parts.at(-2) ?? schema, name);
}
