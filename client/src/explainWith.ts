// Explain Query With…: asks for the options first, and remembers them for the workspace.
import { type Memento, type QuickPickItem, type Uri, window } from 'vscode';
import type { Range } from 'vscode-languageserver-types';
import { type ExplainHost, explain } from './explain.ts';
import { type Choice, choices, chosenLast, type HowToExplain, howToExplain } from './explainChoices.ts';

const memoryKey = 'pgreview.explainOptions';

export async function explainWith(host: ExplainHost, uri?: string | Uri, range?: Range): Promise<void> {
  const how = await askOptions(host.memory);
  if (how) await explain(host, how, uri, range);
}

/** Null when the user turns away. */
async function askOptions(memory: Memento): Promise<HowToExplain | null> {
  const last = chosenLast(memory.get(memoryKey));
  const items = choices.map(({ choice, label, description }): QuickPickItem & { choice: Choice } => ({
    label,
    description,
    picked: last.includes(choice),
    choice,
  }));
  const picked = await window.showQuickPick(items, {
    canPickMany: true,
    title: 'Explain Query With…',
    placeHolder: 'Options of EXPLAIN; none plans the statement and no more',
    matchOnDescription: true,
  });
  if (!picked) return null;
  const chosen = picked.map(({ choice }) => choice);
  await memory.update(memoryKey, chosen);
  return howToExplain(chosen);
}
