// Files of the test's workspace, and what pgreview says about them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { canSee, press } from './automation.ts';

/** The folder that is open: a copy of examples/. */
export const workspaceFolder = process.env.PGREVIEW_WORKSPACE!;

/** Writes a file into the workspace folder. */
export function write(name: string, text: string): vscode.Uri {
  const file = join(workspaceFolder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return vscode.Uri.file(file);
}

export async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), vscode.ViewColumn.One);
}

/** pgreview's findings as they are shown now. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pgreview');
}

/** A finding's rule id; a code with a link is an object. */
export function code({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/**
 * Waits until the findings of a file are as wanted.
 * @throws when they are not within `timeout` milliseconds, with those that are there
 */
export async function waitForFindings(
  uri: vscode.Uri,
  wanted: (found: vscode.Diagnostic[]) => boolean,
  timeout = 20_000,
): Promise<vscode.Diagnostic[]> {
  const until = Date.now() + timeout;
  while (Date.now() < until) {
    const found = findings(uri);
    if (wanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const there = findings(uri).map((each) => `${code(each)} ${JSON.stringify(each.range)}: ${each.message}`);
  return assert.fail(`${uri.fsPath} has ${there.length} findings:\n${there.join('\n')}`);
}

/** Waits until `probe` gives something. */
export async function waitFor<T>(what: string, probe: () => T | undefined, timeout = 30_000): Promise<T> {
  const until = Date.now() + timeout;
  while (Date.now() < until) {
    const found = probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return assert.fail(`no ${what} within ${timeout} ms`);
}

/** The plan panel's tab, if it is open. */
export function planTab(): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('pgreview.plan'));
}

/** The types of the plan's nodes in the panel, the root first. Only where the panel can be looked into. */
export const planNodes = { frame: 'webview', selector: '[role="treegrid"] .cell.node .type', timeout: 90_000 } as const;

/** Leaves no file, question or menu open for the next test. */
export async function closeEverything(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  if (canSee) await press('Escape');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
