// The findings, each a button that goes to its node.

import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import type { PlanFinding, PlanReport } from '../../server/src/protocol.ts';
import { button, element } from './dom.ts';

/** What stands behind a finding, in the reader's words. */
const proofs: Readonly<Record<PlanFinding['proof'], string | null>> = {
  verified: 'verified',
  estimated: 'estimated',
  none: null,
};

export function makeFindings(report: PlanReport, onChoose: (id: number) => void): HTMLElement | null {
  if (report.findings.length === 0) return null;
  const nodes = new Map(report.nodes.map((node) => [node.id, node]));
  const list = element('ul', { class: 'findings', aria: { label: 'Findings' } });
  for (const finding of report.findings) {
    const node = nodes.get(finding.node);
    const item = button('', `${finding.help}${node ? `\n\nGo to ${nodeName(node)}` : ''}`, () =>
      onChoose(finding.node),
    );
    const mark = element('span', { class: `mark ${finding.severity}`, role: 'img', aria: { label: finding.severity } });
    item.append(mark, element('span', { class: 'message' }, finding.message));
    const proof = proofs[finding.proof];
    if (proof !== null) item.append(element('span', { class: `proof ${finding.proof}` }, proof));
    item.append(element('span', { class: 'code' }, finding.code));
    list.append(element('li', {}, item));
  }
  return list;
}
