/** The command that writes an index which a plan proposes as a migration. */
import type { Connection, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocumentEdit } from 'vscode-languageserver-types';
import type { LanguageService } from '../languageService.ts';
import type { IndexProposal, WrittenIndex } from '../protocol.ts';
import { creationOf } from './newFiles.ts';

/** @param args as the command has them: the explained file's URI and the index */
export async function writeIndex(
  connection: Connection,
  service: LanguageService,
  args: readonly unknown[],
): Promise<WrittenIndex> {
  const [uri, index] = args;
  if (typeof uri !== 'string' || !isProposal(index))
    return { kind: 'error', message: 'The command needs a file and an index.' };
  const written = service.indexMigration(uri, index);
  if (written.kind !== 'migration') return written;
  const { created, edits, note } = written;
  const edit: WorkspaceEdit = {
    documentChanges: [
      ...created.flatMap(creationOf),
      ...edits.map((change) => TextDocumentEdit.create({ uri: change.uri, version: null }, [...change.edits])),
    ],
  };
  const { applied, failureReason } = await connection.workspace.applyEdit({ label: 'Write the index', edit });
  if (!applied) return { kind: 'error', message: failureReason ?? 'The editor did not create the files.' };
  return { kind: 'migration', uris: created.map((file) => file.uri), changed: edits.map((change) => change.uri), note };
}

function isProposal(value: unknown): value is IndexProposal {
  if (typeof value !== 'object' || value === null) return false;
  const { table, method, keys, include = [], where = '' } = value as Partial<IndexProposal>;
  const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every((item) => typeof item === 'string');
  return (
    typeof table === 'string' &&
    typeof method === 'string' &&
    isTexts(keys) &&
    isTexts(include) &&
    typeof where === 'string'
  );
}
