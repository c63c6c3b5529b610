// The plan as Markdown, for a pull request: what it took, its nodes as a table, the findings, the statement.
import type { PlanReport } from '../../protocol.ts';
import { formatCost, formatCount, formatFactor, formatMs, formatShare } from './format.ts';
import { nodeName } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';

/** Of a larger plan, those that took most: a comment on GitHub may have 65,536 characters. */
const mostRows = 60;
const longestSql = 10_000;

interface Column {
  readonly title: string;
  of(entry: TreeNode): string;
}

export function planMarkdown(report: PlanReport, tree: readonly TreeNode[]): string {
  const shown = largest(tree);
  const columns = columnsOf(tree);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    `**${titleOf(report, tree)}**`,
    '',
    row(['Node', ...columns.map(({ title }) => title)]),
    row(['---', ...columns.map(() => '--:')]),
    ...shown.map((entry) => row([nodeCell(entry), ...columns.map((column) => column.of(entry))])),
  ];
  const left = tree.length - shown.length;
  if (left > 0) lines.push('', `${formatCount(left)} more nodes took less.`);
  if (report.findings.length > 0) lines.push('');
  for (const { severity, message, help, code } of report.findings)
    lines.push(`- **${severity}**: ${prose(message)} ${prose(help)} (${codeSpan(code)})`);
  if (report.notes.length > 0) lines.push('', ...report.notes.map((note) => `> ${prose(note)}`));
  const sql = report.sql.trim();
  if (sql !== '') lines.push('', ...fenced(sql.length > longestSql ? `${sql.slice(0, longestSql)} …` : sql));
  return `${lines.join('\n')}\n`;
}

function titleOf(report: PlanReport, tree: readonly TreeNode[]): string {
  const parts: string[] = [];
  if (report.executionMs !== null) parts.push(`Execution ${formatMs(report.executionMs)}`);
  if (report.planningMs !== null) parts.push(`planning ${formatMs(report.planningMs)}`);
  if (!report.analyzed) parts.push(`cost ${formatCost(tree[0]?.node.inclusive.cost ?? 0)}`, 'not analyzed');
  if (report.target) parts.push(`PostgreSQL ${prose(report.target.version)}`);
  return parts.join(' · ');
}

/** In the plan's order. */
function largest(tree: readonly TreeNode[]): readonly TreeNode[] {
  if (tree.length <= mostRows) return tree;
  const share = ({ timeShare, costShare }: TreeNode): number => timeShare ?? costShare;
  const chosen = new Set([...tree].sort((a, b) => share(b) - share(a)).slice(0, mostRows));
  return tree.filter((entry) => chosen.has(entry));
}

function columnsOf(tree: readonly TreeNode[]): readonly Column[] {
  const analyzed = tree.some(({ node }) => node.loops !== null);
  const timed = tree.some(({ timeShare }) => timeShare !== null);
  const counted = tree.some(({ node }) => node.exclusive.sharedHit !== null);
  const ran = ({ node }: TreeNode): boolean => node.loops !== 0;
  const columns: (Column | false)[] = [
    timed && { title: 'Time', of: (e) => (ran(e) ? formatMs(e.node.exclusive.ms ?? 0) : 'never ran') },
    timed && { title: 'Share', of: (e) => (ran(e) ? formatShare(e.timeShare ?? 0) : '') },
    analyzed && { title: 'Rows', of: (e) => (ran(e) && e.node.rows.actual !== null ? rowsOf(e) : '') },
    { title: 'Planned', of: ({ node }) => formatCount(node.rows.planned) },
    analyzed && { title: 'Loops', of: ({ node }) => formatCount(node.loops ?? 0) },
    counted && {
      title: 'Pages',
      of: ({ node }) => formatCount((node.exclusive.sharedHit ?? 0) + (node.exclusive.sharedRead ?? 0)),
    },
    { title: 'Cost', of: ({ node }) => formatCost(node.exclusive.cost) },
  ];
  return columns.filter((column) => column !== false);
}

function rowsOf({ node, factor }: TreeNode): string {
  const off = formatFactor(factor);
  return `${off === null ? '' : `${off} `}${formatCount(node.rows.actual ?? 0)}`;
}

function nodeCell({ node, level }: TreeNode): string {
  const indent = '&nbsp;'.repeat(2 * Math.min(level - 1, 20));
  const name = `${node.subplan === null ? '' : `${node.subplan}: `}${nodeName(node)}`;
  // what is longer is no name that anybody reads
  return `${indent}${codeSpan(name.slice(0, 300)).replaceAll('|', '\\|')}`;
}

/** Fenced by more backticks than stand in it; nothing in it is markup, a mention or a link. */
function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim() || '-';
  const fence = '`'.repeat(longestRun(line) + 1);
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

function fenced(sql: string): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(sql) + 1));
  return [`${fence}sql`, sql, fence];
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);

/** A sentence in which names of the user's stand: no markup, no mention of anybody. */
function prose(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]~|!#]/g, '\\$&')
    .replace(/@(?=\w)/g, '@&#8203;')
    .replace(/(https?|www)(?=[:.])/gi, '$1&#8203;');
}
