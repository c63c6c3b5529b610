// The plans of each statement that were shown before, kept with the workspace: on this machine, and sent nowhere.
import { extensions, type Memento, type QuickPickItem, Uri, window } from 'vscode';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { EarlierPlan } from './panelMessages.ts';
import { statementKey } from './statementKey.ts';

interface KeptPlan {
  readonly statement: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The commit that was checked out; null where that is not known. */
  readonly commit: string | null;
  readonly report: PlanReport;
}

const storeKey = 'pgreview.plans';
const mostKept = 40;
/** Characters of JSON; the plan itself would be kept twice, as Postgres gave it. */
const largestKept = 400_000;

export class PlanHistory {
  private readonly memory: Memento;

  constructor(memory: Memento) {
    this.memory = memory;
  }

  async keep(report: PlanReport): Promise<void> {
    const kept: KeptPlan = {
      statement: statementKey(report.sql),
      time: Date.now(),
      commit: report.source ? commitOf(Uri.parse(report.source.uri)) : null,
      report,
    };
    if (kept.statement === '' || JSON.stringify(kept).length > largestKept) return;
    await this.memory.update(storeKey, [kept, ...this.all()].slice(0, mostKept));
  }

  /** Asks which of the statement's earlier plans; null when there is none, or none was chosen. */
  async choose(report: PlanReport): Promise<EarlierPlan | null> {
    const statement = statementKey(report.sql);
    const earlier = this.all().filter((kept) => kept.statement === statement && !isSame(kept.report, report));
    if (earlier.length === 0) {
      void window.showInformationMessage(
        'There is no earlier plan of this statement to compare with: explain it again after a change.',
      );
      return null;
    }
    const items = earlier.map((kept): QuickPickItem & { kept: KeptPlan } => ({
      label: new Date(kept.time).toLocaleString(),
      description: [figure(kept.report), kept.commit?.slice(0, 7)].filter(Boolean).join(' · '),
      detail: kept.report.target ? `${kept.report.target.name} · PostgreSQL ${kept.report.target.version}` : '',
      kept,
    }));
    const picked = await window.showQuickPick(items, { placeHolder: 'Compare with which plan?' });
    return picked ? { label: `${picked.label} (${picked.description})`, report: picked.kept.report } : null;
  }

  private all(): readonly KeptPlan[] {
    return this.memory.get<readonly KeptPlan[]>(storeKey, []).filter((kept) => typeof kept.report?.sql === 'string');
  }
}

const isSame = (a: PlanReport, b: PlanReport): boolean => JSON.stringify(a.plan) === JSON.stringify(b.plan);

const figure = ({ executionMs, nodes }: PlanReport): string =>
  executionMs === null ? `cost ${Math.round(nodes[0]?.inclusive.cost ?? 0)}` : `${executionMs} ms`;

interface GitApi {
  getRepository(uri: Uri): { readonly state: { readonly HEAD?: { readonly commit?: string } } } | null;
}

/** As far as VS Code's own git extension runs and knows the file. */
function commitOf(uri: Uri): string | null {
  const git = extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  if (!git?.isActive) return null;
  try {
    return git.exports.getAPI(1).getRepository(uri)?.state.HEAD?.commit ?? null;
  } catch {
    // it is switched off
    return null;
  }
}
