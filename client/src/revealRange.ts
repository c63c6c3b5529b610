// Selecting text in an editor, from a range in LSP's terms.
import { Range, Selection, type TextEditor, TextEditorRevealType, type Uri, window, workspace } from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageserver-types';

/** Shows and selects a range in the editor that has the file open, or in one beside the panel. */
export async function select(uri: Uri, range: Range, preserveFocus = false): Promise<void> {
  const visible = window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
  const editor: TextEditor = await window.showTextDocument(
    visible?.document ?? (await workspace.openTextDocument(uri)),
    {
      viewColumn: visible?.viewColumn ?? 1,
      preserveFocus,
    },
  );
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}

export function toRange({ start, end }: ProtocolRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
