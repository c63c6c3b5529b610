// The findings, each a button that goes to its node; an index that one proposes can be tried.

import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import { trialText } from '../../server/src/explain/shown/trial.ts';
import type { PlanFinding, PlanReport } from '../../server/src/protocol.ts';
import { button, element } from './dom.ts';

/** What stands behind a finding, in the reader's words. */
const proofs: Readonly<Record<PlanFinding['proof'], string | null>> = {
  verified: 'verified',
  estimated: 'estimated',
  none: null,
};

/** How many show at first, those that could save most; how many more are ever listed: a plan of partitions may have hundreds. */
const most = 12;
const mostMore = 100;

export interface FindingEvents {
  onChoose(id: number): void;
  /** @param place of the finding in the report */
  onTryIndex(place: number): void;
  /** Its plan, beside that without the index. */
  onShowTrial(place: number): void;
  /** As a migration. */
  onWriteIndex(place: number): void;
}

export function makeFindings(report: PlanReport, events: FindingEvents): HTMLElement | null {
  if (report.findings.length === 0) return null;
  const nodes = new Map(report.nodes.map((node) => [node.id, node]));
  const list = element('ul', { class: 'findings', aria: { label: 'Findings' } });
  const add = (finding: PlanFinding, place: number): void => {
    const node = nodes.get(finding.node);
    const title = `${finding.help}${node ? `\n\nGo to ${nodeName(node)}` : ''}`;
    const item = button('', title, () => events.onChoose(finding.node));
    const mark = element('span', { class: `mark ${finding.severity}`, role: 'img', aria: { label: finding.severity } });
    item.append(mark, element('span', { class: 'message' }, finding.message));
    const proof = finding.trial ? trialText(finding.trial) : proofs[finding.proof];
    if (proof !== null) item.append(element('span', { class: `proof ${finding.proof}` }, proof));
    item.append(element('span', { class: 'code' }, finding.code));
    const row = element('li', {}, item);
    row.append(...indexActions(finding, place, report, events));
    list.append(row);
  };
  const left = report.findings.length - most;
  if (left <= 1) {
    report.findings.forEach(add);
    return list;
  }
  report.findings.slice(0, most).forEach(add);
  const others = Math.min(left, mostMore);
  const more = button(`${others} more`, 'Those that could save less', () => {
    more.parentElement?.remove();
    report.findings.slice(most, most + others).forEach((finding, i) => {
      add(finding, most + i);
    });
    list.children[most]?.querySelector('button')?.focus();
  });
  list.append(element('li', {}, more));
  return list;
}

/** What can be done with an index that a finding proposes. */
function indexActions(
  { index, help, trial }: PlanFinding,
  place: number,
  { source }: PlanReport,
  { onTryIndex, onShowTrial, onWriteIndex }: FindingEvents,
): HTMLElement[] {
  if (!index || !source) return [];
  const action = (text: string, what: string, run: () => void): HTMLButtonElement => {
    const made = button(text, `${help}\n\n${what}`, run);
    made.className = 'try';
    return made;
  };
  const actions: HTMLButtonElement[] = [];
  if (!trial || trial.how === 'hypothetical') {
    const [title, what] = trial
      ? ['Try It for Real', 'Makes it in a transaction that is rolled back, and runs the statement without and with it']
      : ['Try the Index', 'Plans the statement again with it, or makes it in a transaction that is rolled back'];
    const attempt = action(title, what, () => {
      attempt.disabled = true;
      onTryIndex(place);
    });
    actions.push(attempt);
  }
  if (trial) actions.push(action('Compare', 'Shows the plan with it beside that without', () => onShowTrial(place)));
  actions.push(action('Write Migration', 'Writes it as a migration, built CONCURRENTLY', () => onWriteIndex(place)));
  return actions;
}
