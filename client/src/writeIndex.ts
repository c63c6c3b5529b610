// Writing an index that a plan proposes as a migration: the server writes it, here it is opened.
import { Uri, ViewColumn, window, workspace } from 'vscode';
import type { ExecuteCommandSignature } from 'vscode-languageclient';
import { type WrittenIndex, writeIndexCommand } from '../../server/src/protocol.ts';

/** Middleware of the command: saves and opens the migration; or the statement, where no migration can hold it. */
export async function openWrittenIndex(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  if (command !== writeIndexCommand) return next(command, args);
  const written = (await next(command, args)) as WrittenIndex | null;
  // not over the plan
  const where = { viewColumn: ViewColumn.One, preview: false };
  switch (written?.kind) {
    case 'migration':
      for (const file of [...written.changed, ...written.uris]) {
        const document = await workspace.openTextDocument(Uri.parse(file));
        await document.save();
        if (written.uris.includes(file)) await window.showTextDocument(document, where);
      }
      if (written.note !== null) void window.showWarningMessage(written.note);
      break;
    case 'script': {
      const content = `-- ${written.reason}\n${written.sql}`;
      await window.showTextDocument(await workspace.openTextDocument({ language: 'sql', content }), where);
      break;
    }
    case 'error':
      void window.showErrorMessage(`The index was not written: ${written.message}`);
  }
  return written;
}
