/** "Explain" above every query, "Preview SQL" above what a revision runs. */
import type { Node } from '@pgsql/types';
import type { CodeLens } from 'vscode-languageserver-types';
import type { LineDocument } from '../text/text.ts';
import { isRevision } from '../tools/alembic.ts';
import type { FileState } from '../workspace.ts';
import { rangeOf } from './place.ts';

/** A dump has thousands of INSERTs; nobody wants a lens on each. */
const maxLenses = 300;

export function codeLensesOf(uri: string, document: LineDocument, file: FileState): CodeLens[] {
  const lenses: CodeLens[] = file.source.id === 'alembic' ? previewLenses(uri, document, file) : [];
  for (const piece of file.pieces) {
    for (let i = 0; i < piece.sql.statements.length; i++) {
      const statement = piece.sql.statements[i]!;
      if (statement.parsed.kind !== 'tree' || !isQuery(statement.parsed.node)) continue;
      const start = (piece.sql.starts[i] as number) + statement.bodyStart;
      const end = start + statement.bodyEnd - statement.bodyStart;
      const range = rangeOf(document, piece.map.toRange(start, end));
      const at = { start: range.start, end: range.start };
      lenses.push({ range: at, command: { title: 'Explain', command: 'pgreview.explain', arguments: [uri, range] } });
      lenses.push({
        range: at,
        command: { title: 'Analyze', command: 'pgreview.explainAnalyze', arguments: [uri, range] },
      });
      if (lenses.length >= maxLenses) return lenses;
    }
  }
  return lenses;
}

/** Above `upgrade()` and `downgrade()` of a revision. */
function previewLenses(uri: string, document: LineDocument, file: FileState): CodeLens[] {
  const text = file.text.toString();
  if (!isRevision(text)) return [];
  return [...text.matchAll(/^(?:async\s+)?def\s+(upgrade|downgrade)\b/gm)].map(({ index, 1: name }) => {
    const at = document.positionAt(index);
    const backward = name === 'downgrade';
    return {
      range: { start: at, end: at },
      command: { title: 'Preview SQL', command: 'pgreview.previewSql', arguments: [uri, backward] },
    };
  });
}

/** A query worth planning: not an INSERT of literal rows. */
function isQuery(node: Node): boolean {
  if ('SelectStmt' in node) return !node.SelectStmt.valuesLists;
  if ('InsertStmt' in node) {
    const select = node.InsertStmt.selectStmt;
    return select !== undefined && 'SelectStmt' in select && !select.SelectStmt.valuesLists;
  }
  return 'UpdateStmt' in node || 'DeleteStmt' in node || 'MergeStmt' in node;
}
