// What can be done in the editor about a finding of a plan: to see it in the plan, to try its index.
import { commands, Disposable, window } from 'vscode';
import { showPlanCommand, tryPlanIndexCommand } from '../../server/src/protocol.ts';
import type { ExplainPanel } from './explainPanel.ts';
import { RecentPlans } from './recentPlans.ts';

export function findingCommands(panel: ExplainPanel): Disposable {
  const recent = new RecentPlans(panel.shown);
  const command = (id: string, what: 'show' | 'tryIndex'): Disposable =>
    commands.registerCommand(id, (uri: string, sql: string, place: number) => {
      const plan = recent.find(uri, sql);
      if (plan) panel.showFinding(plan, place, what);
      else void window.showInformationMessage('The plan is no longer there: explain the statement again.');
    });
  return Disposable.from(recent, command(showPlanCommand, 'show'), command(tryPlanIndexCommand, 'tryIndex'));
}
