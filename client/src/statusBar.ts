// The status bar's word on where Explain runs; a click chooses another place.
import { Disposable, StatusBarAlignment, window, workspace } from 'vscode';
import type { Connections } from './connections.ts';
import { describeUrl } from './connectionUrl.ts';

const languages = new Set(['sql', 'python', 'prisma']);

export function createStatusBar(connections: Connections): Disposable {
  const item = window.createStatusBarItem('pgreview.target', StatusBarAlignment.Right, 90);
  item.name = 'pgreview: where Explain runs';
  item.command = 'pgreview.chooseConnection';

  function update(): void {
    const language = window.activeTextEditor?.document.languageId;
    if (language === undefined || !languages.has(language)) {
      // The panel beside the editor takes no text focus: keep showing where its plan came from.
      if (window.activeTextEditor !== undefined || window.visibleTextEditors.length === 0) item.hide();
      return;
    }
    const chosen = connections.chosen();
    if (chosen === null && workspace.getConfiguration('pgreview').get('database') === 'off') {
      item.text = '$(package) Embedded Postgres (off)';
      item.accessibilityInformation = { label: 'Explain has no database: the embedded Postgres is switched off' };
      item.tooltip =
        'The embedded Postgres is switched off by the setting pgreview.database. Click to choose a database for Explain.';
    } else {
      item.text = chosen === null ? '$(package) Embedded Postgres' : `$(database) ${chosen.name}`;
      item.accessibilityInformation = { label: `Explain runs on ${chosen?.name ?? 'the embedded Postgres'}` };
      const where = chosen === null ? 'the embedded Postgres' : `${chosen.name} (${describeUrl(chosen.url)})`;
      item.tooltip = `Explain runs on ${where}. Click to choose another database.`;
    }
    item.show();
  }

  update();
  return Disposable.from(
    item,
    connections.onDidChange(update),
    window.onDidChangeActiveTextEditor(update),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('pgreview.database')) update();
    }),
  );
}
