// Save Plan As: asks in which form, and writes what the panel makes of the plan.
import { type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { CopyFormat } from './panelMessages.ts';

interface Form {
  readonly label: string;
  readonly extension: string;
  readonly detail: string;
}

const forms: Readonly<Record<CopyFormat, Form>> = {
  text: { label: 'Text', extension: 'txt', detail: 'The tree with its figures, conditions and findings' },
  markdown: { label: 'Markdown', extension: 'md', detail: 'A table of the nodes and the findings, for a pull request' },
  // opens as a plan again
  json: { label: 'JSON', extension: 'explain.json', detail: 'The plan as Postgres gave it; opens as a plan' },
  svg: { label: 'SVG picture', extension: 'svg', detail: 'The tree or the icicle, as it is shown' },
  png: { label: 'PNG picture', extension: 'png', detail: 'The tree or the icicle, as it is shown' },
};

/** What a plan is to be saved as. */
export interface SaveChoice {
  readonly format: CopyFormat;
  readonly anonymised: boolean;
}

export async function chooseForm(): Promise<SaveChoice | null> {
  const items = Object.entries(forms).map(([format, { label, detail }]): QuickPickItem & { format: CopyFormat } => ({
    label,
    detail,
    format: format as CopyFormat,
  }));
  const form = await window.showQuickPick(items, { placeHolder: 'Save the plan in which form?' });
  if (!form) return null;
  const asItIs = 'As it is';
  const replaced = 'Anonymised';
  const detail = 'Names of tables, columns, indexes and functions, and constants are replaced';
  const how = await window.showQuickPick([{ label: asItIs }, { label: replaced, detail }], {
    placeHolder: 'With its names?',
  });
  return how ? { format: form.format, anonymised: how.label === replaced } : null;
}

/** @param content Base64 for a PNG */
export async function saveContent(format: CopyFormat, content: string, report: PlanReport): Promise<void> {
  const { label, extension } = forms[format];
  const folder = folderFor(report);
  const name = `plan.${extension}`;
  const target = await window.showSaveDialog({
    title: 'Save Plan As',
    filters: { [label]: [extension] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  try {
    await workspace.fs.writeFile(target, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
    window.setStatusBarMessage(`Saved ${target.path.split('/').at(-1)}`, 3000);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`The plan was not saved: ${reason}`);
  }
}

/** Beside the file that was explained, or where the workspace is. */
function folderFor({ source }: PlanReport): Uri | undefined {
  const file = source && Uri.parse(source.uri);
  return file?.scheme === 'file' ? Uri.joinPath(file, '..') : workspace.workspaceFolders?.[0]?.uri;
}
