// The findings, each a button that goes to its node; an index that one proposes can be tried.

import { formatCost } from '../../server/src/explain/shown/format.ts';
import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import type { IndexTrial, PlanFinding, PlanReport } from '../../server/src/protocol.ts';
import { button, element } from './dom.ts';

/** What stands behind a finding, in the reader's words. */
const proofs: Readonly<Record<PlanFinding['proof'], string | null>> = {
  verified: 'verified',
  estimated: 'estimated',
  none: null,
};

export interface FindingEvents {
  onChoose(id: number): void;
  /** @param place of the finding in the report */
  onTryIndex(place: number): void;
}

export function makeFindings(report: PlanReport, { onChoose, onTryIndex }: FindingEvents): HTMLElement | null {
  if (report.findings.length === 0) return null;
  const nodes = new Map(report.nodes.map((node) => [node.id, node]));
  const list = element('ul', { class: 'findings', aria: { label: 'Findings' } });
  for (const [place, finding] of report.findings.entries()) {
    const node = nodes.get(finding.node);
    const title = `${finding.help}${node ? `\n\nGo to ${nodeName(node)}` : ''}`;
    const item = button('', title, () => onChoose(finding.node));
    const mark = element('span', { class: `mark ${finding.severity}`, role: 'img', aria: { label: finding.severity } });
    item.append(mark, element('span', { class: 'message' }, finding.message));
    const proof = finding.trial ? trialText(finding.trial) : proofs[finding.proof];
    if (proof !== null) item.append(element('span', { class: `proof ${finding.proof}` }, proof));
    item.append(element('span', { class: 'code' }, finding.code));
    const row = element('li', {}, item);
    if (finding.index && !finding.trial && report.source) {
      const help = `${finding.help}\n\nMakes it in a transaction that is rolled back, and plans the statement again`;
      const attempt = button('Try the Index', help, () => {
        attempt.disabled = true;
        onTryIndex(place);
      });
      attempt.className = 'try';
      row.append(attempt);
    }
    list.append(row);
  }
  return list;
}

/** The planner's word, in its own unit: that the statement takes so much less time is not said. */
function trialText({ isUsed, costBefore, costAfter }: IndexTrial): string {
  if (!isUsed) return 'unproven: the planner does not use it';
  const costs = `cost ${formatCost(costBefore)} → ${formatCost(costAfter)}`;
  return costAfter < costBefore ? `verified: ${costs}` : `unproven: ${costs}`;
}
