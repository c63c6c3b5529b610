// Which TypeScript and JavaScript files hold queries: "Explain Query" is in the editor's menu of those and of no others.
import { type CodeLens, commands, type TextDocument } from 'vscode';

const contextKey = 'pgreview.queryFiles';

const found = new Set<string>();

/** @param lenses those that the file has now */
export function noteQueries(document: TextDocument, lenses: readonly CodeLens[] | null | undefined): void {
  if (!/^(?:type|java)script(?:react)?$/.test(document.languageId)) return;
  const path = document.uri.fsPath;
  const has = lenses?.some(({ command }) => command?.command === 'pgreview.explain') ?? false;
  if (found.has(path) === has) return;
  if (has) found.add(path);
  else found.delete(path);
  void commands.executeCommand('setContext', contextKey, [...found]);
}
