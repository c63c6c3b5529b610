// The plans that were shown in this session, for commands that name one of their findings.
import { type Disposable, type Event, Uri } from 'vscode';
import type { ShownPlan } from './panelMessages.ts';

const mostKept = 50;

export class RecentPlans implements Disposable {
  /** The last one first. */
  private plans: readonly ShownPlan[] = [];
  private readonly listener: Disposable;

  /** @param shown fires with each plan that is shown */
  constructor(shown: Event<ShownPlan | null>) {
    this.listener = shown((plan) => {
      if (plan?.report.analyzed)
        this.plans = [plan, ...this.plans.filter(({ id }) => id !== plan.id)].slice(0, mostKept);
    });
  }

  /** The last plan of a statement that ran. @param sql as its report has it */
  find(uri: string, sql: string): ShownPlan | undefined {
    const file = Uri.parse(uri).toString();
    return this.plans.find(
      ({ report }) => report.sql === sql && report.source !== null && Uri.parse(report.source.uri).toString() === file,
    );
  }

  dispose(): void {
    this.listener.dispose();
  }
}
