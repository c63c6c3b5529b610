/** New files as parts of a workspace edit. */
import { CreateFile, TextDocumentEdit } from 'vscode-languageserver-types';
import type { NewFile } from '../tools/tool.ts';

/** Creates the file, then fills it. */
export function creationOf({ uri, text }: NewFile): (CreateFile | TextDocumentEdit)[] {
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return [
    CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }),
    TextDocumentEdit.create({ uri, version: null }, [{ range: top, newText: text }]),
  ];
}
