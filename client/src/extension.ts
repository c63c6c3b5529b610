// The extension's entry: wires the parts together, nothing else.
import { commands, type ExtensionContext, type Uri, window, workspace } from 'vscode';
import type { Range } from 'vscode-languageserver-types';
import { writeIndexCommand } from '../../server/src/protocol.ts';
import { actualHints } from './actualHints.ts';
import { connectedDatabase } from './connectedDatabase.ts';
import { addConnection, chooseConnection, removeConnection } from './connectionCommands.ts';
import { Connections } from './connections.ts';
import { Drifts } from './drift.ts';
import { type ExplainHost, explain } from './explain.ts';
import type { HowToExplain } from './explainChoices.ts';
import { ExplainPanel } from './explainPanel.ts';
import { explainWith } from './explainWith.ts';
import { findingCommands } from './findingCommands.ts';
import { createLanguageClient, restart, startLanguageClient } from './languageClient.ts';
import {
  checkDrift,
  type MigrationHost,
  reviewAll,
  type Subject,
  showChanges,
  showChangesToNext,
  showDrift,
  showSchema,
  showTable,
} from './migrationCommands.ts';
import { MigrationsView } from './migrationsView.ts';
import { openPlan, PlanFileEditor, pastePlan, planEditorType, showSelectedPlan } from './planFiles.ts';
import { PlanHistory } from './planHistory.ts';
import { activePlanView } from './planView.ts';
import { ModelSqlDocuments } from './prismaSchemas.ts';
import { SchemaDocuments, schemaScheme } from './schemaDocuments.ts';
import { SqlPreviews } from './sqlPreviews.ts';
import { createStatusBar } from './statusBar.ts';
import { indexTrials } from './tryIndex.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const client = createLanguageClient(context);
  const connections = new Connections(context);
  const history = new PlanHistory(context.workspaceState);
  const panel = new ExplainPanel(context, {
    tryIndex: indexTrials(client, connections, context.workspaceState),
    writeIndex: async (uri, index) => void (await commands.executeCommand(writeIndexCommand, uri, index)),
    chooseEarlier: (report) => history.choose(report),
  });
  const host: ExplainHost = { client, connections, panel, history, memory: context.workspaceState };
  const drifts = new Drifts(client, connections);
  const view = new MigrationsView(client, drifts);
  const migrations: MigrationHost = { client, view, drifts };
  const schemas = new SchemaDocuments(client);
  const previews = new SqlPreviews(client);
  const models = new ModelSqlDocuments(client);
  const onMigration = (id: string, run: (host: MigrationHost, subject: Subject) => Promise<void>) =>
    commands.registerCommand(id, (subject?: Subject) => run(migrations, subject));
  context.subscriptions.push(
    client,
    connections,
    panel,
    actualHints(panel.shown),
    findingCommands(panel),
    createStatusBar(connections),
    connectedDatabase(client, connections),
    commands.registerCommand(
      'pgreview.explain',
      (uri?: string | Uri, range?: Range, options?: HowToExplain['options']) =>
        explain(host, { analyze: false, ...(options ? { options } : {}) }, uri, range),
    ),
    commands.registerCommand(
      'pgreview.explainAnalyze',
      (uri?: string | Uri, range?: Range, options?: HowToExplain['options']) =>
        explain(host, { analyze: true, ...(options ? { options } : {}) }, uri, range),
    ),
    commands.registerCommand('pgreview.explainWith', (uri?: string | Uri, range?: Range) =>
      explainWith(host, uri, range),
    ),
    commands.registerCommand('pgreview.pastePlan', () => pastePlan(client, panel)),
    commands.registerCommand('pgreview.showPlan', () => showSelectedPlan(client, panel)),
    commands.registerCommand('pgreview.openPlan', (dropped: { text: string } | { uri: string }) =>
      openPlan(client, panel, dropped),
    ),
    commands.registerCommand('pgreview.savePlan', () => activePlanView()?.save()),
    window.registerCustomEditorProvider(planEditorType, new PlanFileEditor(client, context.extensionUri), {
      webviewOptions: { enableFindWidget: true },
    }),
    commands.registerCommand('pgreview.addConnection', () => addConnection(connections, client)),
    commands.registerCommand('pgreview.chooseConnection', () => chooseConnection(connections, client)),
    commands.registerCommand('pgreview.removeConnection', () => removeConnection(connections)),
    commands.registerCommand('pgreview.restartServer', () => restart(client)),
    drifts,
    view,
    schemas,
    previews,
    models,
    commands.registerCommand('pgreview.showModelSql', (uri: string, name: string) => models.show(uri, name)),
    commands.registerCommand('pgreview.previewSql', (uri?: string | Uri, backward?: boolean) =>
      // the editor's menu passes other things besides the file
      previews.show(uri, typeof backward === 'boolean' ? backward : undefined),
    ),
    workspace.registerTextDocumentContentProvider(schemaScheme, schemas),
    workspace.onDidCloseTextDocument((document) => schemas.forget(document.uri)),
    window.createTreeView('pgreview.migrations', { treeDataProvider: view, showCollapseAll: true }),
    onMigration('pgreview.showSchema', showSchema),
    onMigration('pgreview.showChanges', showChanges),
    onMigration('pgreview.showChangesToNext', showChangesToNext),
    onMigration('pgreview.showTable', showTable),
    onMigration('pgreview.reviewAll', reviewAll),
    onMigration('pgreview.checkDrift', checkDrift),
    onMigration('pgreview.showDrift', showDrift),
    commands.registerCommand('pgreview.refreshMigrations', () => view.lookAgain()),
  );
  void commands.executeCommand('setContext', 'pgreview.active', true);
  void connections.hidePasswords();
  void connections.restore();
  await startLanguageClient(client);
}
