// The plan as text, to paste into a chat or an issue.
import type { PlanReport } from '../../protocol.ts';
import { formatCost, formatCount, formatFactor, formatMs, formatShare } from './format.ts';
import { nodeName } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';
import { describeProcesses } from './processes.ts';

export function planText(report: PlanReport, tree: readonly TreeNode[]): string {
  const lines = report.sql === '' ? [] : [report.sql.trim(), ''];
  if (report.target) lines.push(`${report.target.name}, PostgreSQL ${report.target.version}`);
  if (report.executionMs !== null) lines.push(`Execution ${formatMs(report.executionMs)}`);
  if (report.planningMs !== null) lines.push(`Planning ${formatMs(report.planningMs)}`);
  if (!report.analyzed) lines.push('Not analyzed: rows and costs are estimates');
  if (report.generic) lines.push('Generic plan: parameter values unknown');
  lines.push(...report.notes, '');
  for (const entry of tree) {
    const indent = '  '.repeat(entry.level - 1);
    lines.push(`${indent}${entry.level === 1 ? '' : '-> '}${describeNode(entry)}`);
    const detailIndent = `${indent}${entry.level === 1 ? '  ' : '     '}`;
    for (const [label, text] of entry.node.details) lines.push(`${detailIndent}${label}: ${text}`);
    if (entry.node.processes) lines.push(`${detailIndent}Processes: ${describeProcesses(entry.node.processes)}`);
  }
  if (report.findings.length > 0) lines.push('');
  for (const finding of report.findings)
    lines.push(`${finding.severity}: ${finding.message} ${finding.help} (${finding.code})`);
  return `${lines.join('\n')}\n`;
}

function describeNode(entry: TreeNode): string {
  const { node } = entry;
  const facts: string[] = [];
  if (node.loops === 0) facts.push('never ran');
  else if (node.exclusive.ms !== null)
    facts.push(`${formatMs(node.exclusive.ms)}, ${formatShare(entry.timeShare ?? 0)}`);
  const factor = formatFactor(entry.factor);
  const actual = node.rows.actual === null || node.loops === 0 ? '' : `${formatCount(node.rows.actual)} of `;
  facts.push(`rows ${actual}${formatCount(node.rows.planned)} planned${factor === null ? '' : ` ${factor}`}`);
  if (node.loops !== null && node.loops > 1) facts.push(`${formatCount(node.loops)} loops`);
  facts.push(`cost ${formatCost(node.exclusive.cost)}`);
  return `${node.subplan === null ? '' : `${node.subplan}: `}${nodeName(node)}  (${facts.join('; ')})`;
}
