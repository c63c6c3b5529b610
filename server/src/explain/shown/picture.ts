// A plan as a picture: rectangles and words, made from the plan and not from the screen. Printed as SVG, or painted on a canvas.
import type { PlanReport } from '../../protocol.ts';
import { formatCost, formatCount, formatFactor, formatMs, formatShare, heat } from './format.ts';
import { icicleBars } from './icicleLayout.ts';
import { type Measure, totals, wholeOf } from './measures.ts';
import { nodeName, shortName } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';

/** CSS colours. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly track: string;
  readonly hot: string;
  readonly warm: string;
  readonly cool: string;
  /** Of words on hot and warm. */
  readonly onBar: string;
}

export type Shape =
  | {
      readonly kind: 'rectangle';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: string;
      /** 0 to 1; 1 unless told. */
      readonly opacity?: number;
      /** For a tooltip. */
      readonly title?: string;
    }
  | {
      readonly kind: 'text';
      /** Of its beginning, or of its end where it ends there. */
      readonly x: number;
      readonly baseline: number;
      readonly text: string;
      readonly colour: string;
      readonly end?: boolean;
      readonly bold?: boolean;
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly background: string;
  readonly shapes: readonly Shape[];
}

/** Pixels; the width of a character holds for the monospaced fonts that come with systems. */
export const font = { family: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace', size: 12, advance: 7.25 };

const margin = 16;
const rowHeight = 22;
const width = 1_280;

/** All in the plan, each as wide as what it took. */
export function iciclePicture(
  report: PlanReport,
  tree: readonly TreeNode[],
  measure: Measure,
  palette: Palette,
): Picture {
  const shapes = heading(report, palette);
  const top = shapes.height;
  const root = tree[0];
  const total = totals(tree, measure);
  const whole = wholeOf(tree, measure);
  const inner = width - 2 * margin;
  let bottom = top;
  for (const { entry, left, width: part, depth } of root ? icicleBars(root, total, 1.5 / inner) : []) {
    const own = Math.max(0, measure.of(entry.node) ?? 0);
    const share = whole > 0 ? own / whole : 0;
    const level = own > 0 ? heat(share) : null;
    const x = margin + left * inner;
    const y = top + depth * rowHeight;
    const size = Math.max(0.5, part * inner - 1);
    shapes.list.push({
      kind: 'rectangle',
      x,
      y,
      width: size,
      height: rowHeight - 1,
      colour: level === null ? palette.track : palette[level],
      ...(level === 'cool' ? { opacity: 0.35 } : {}),
      title: `${nodeName(entry.node).slice(0, 300)}: ${measure.format(own)} itself, ${formatShare(share)} of the plan`,
    });
    const text = fit(`${shortName(entry.node).slice(0, 300)} ${formatShare(share)}`, size - 8);
    const colour = level === 'hot' || level === 'warm' ? palette.onBar : palette.foreground;
    if (text.length > 2) shapes.list.push({ kind: 'text', x: x + 4, baseline: y + 15, text, colour });
    bottom = Math.max(bottom, y + rowHeight);
  }
  return {
    width,
    height: bottom + margin,
    title: titleOf(report),
    background: palette.background,
    shapes: shapes.list,
  };
}

/**
 * @param rows those that are to be seen, in order
 * @param whole of the measure, for all nodes of the plan
 */
export function treePicture(
  report: PlanReport,
  rows: readonly TreeNode[],
  measure: Measure,
  whole: number,
  palette: Palette,
): Picture {
  const { list, height: top } = heading(report, palette);
  const figures = figuresOf(report, measure);
  const columnsWidth = figures.reduce((sum, figure) => sum + figure.width, 0);
  const barWidth = 110;
  const barAt = width - margin - columnsWidth - barWidth;
  let x = barAt + barWidth;
  for (const figure of figures) {
    x += figure.width;
    list.push({ kind: 'text', x, baseline: top + 12, text: figure.title, colour: palette.muted, end: true });
  }
  list.push({ kind: 'rectangle', x: margin, y: top + 19, width: width - 2 * margin, height: 1, colour: palette.track });
  for (const [i, entry] of rows.entries()) {
    const y = top + 22 + i * rowHeight;
    const { node } = entry;
    const own = Math.max(0, measure.of(node) ?? 0);
    const share = whole > 0 ? Math.min(1, own / whole) : 0;
    const indent = margin + 14 * Math.min(entry.level - 1, 30);
    const neverRan = node.loops === 0;
    const name = `${node.subplan === null ? '' : `${node.subplan}: `}${nodeName(node)}`;
    const colour = neverRan ? palette.muted : palette.foreground;
    list.push({
      kind: 'text',
      x: indent,
      baseline: y + 15,
      text: fit(name.slice(0, 300), barAt - indent - 12),
      colour,
    });
    list.push({ kind: 'rectangle', x: barAt, y: y + 8, width: barWidth, height: 6, colour: palette.track });
    if (share > 0) {
      const size = Math.max(1, share * barWidth);
      list.push({ kind: 'rectangle', x: barAt, y: y + 8, width: size, height: 6, colour: palette[heat(share)] });
    }
    x = barAt + barWidth;
    for (const figure of figures) {
      x += figure.width;
      list.push({ kind: 'text', x, baseline: y + 15, text: figure.of(entry), colour, end: true });
    }
  }
  const height = top + 22 + rows.length * rowHeight + margin;
  return { width, height, title: titleOf(report), background: palette.background, shapes: list };
}

interface Figure {
  readonly title: string;
  readonly width: number;
  of(entry: TreeNode): string;
}

function figuresOf({ analyzed }: PlanReport, measure: Measure): readonly Figure[] {
  const figures: (Figure | false)[] = [
    {
      title: measure.title,
      width: 110,
      of({ node }) {
        const value = measure.of(node);
        return node.loops === 0 ? 'never ran' : value === null ? '' : measure.format(value);
      },
    },
    analyzed && {
      title: 'Rows',
      width: 140,
      of({ node, factor }) {
        if (node.rows.actual === null || node.loops === 0) return '';
        return `${formatFactor(factor) ?? ''} ${formatCount(node.rows.actual)}`.trim();
      },
    },
    { title: 'Planned', width: 90, of: ({ node }) => formatCount(node.rows.planned) },
    analyzed && {
      title: 'Loops',
      width: 70,
      of: ({ node }) => (node.loops === null ? '' : formatCount(node.loops)),
    },
    measure.id !== 'cost' && { title: 'Cost', width: 80, of: ({ node }) => formatCost(node.exclusive.cost) },
  ];
  return figures.filter((figure) => figure !== false);
}

function heading(report: PlanReport, palette: Palette): { list: Shape[]; height: number } {
  const list: Shape[] = [];
  let y = margin + 10;
  const title = titleOf(report);
  if (report.sql.trim() !== '') {
    const text = fit(title, width - 2 * margin);
    list.push({ kind: 'text', x: margin, baseline: y, text, colour: palette.foreground, bold: true });
    y += 20;
  }
  const facts = factsOf(report);
  list.push({ kind: 'text', x: margin, baseline: y, text: fit(facts, width - 2 * margin), colour: palette.muted });
  return { list, height: y + 16 };
}

function factsOf(report: PlanReport): string {
  const facts: string[] = [];
  if (report.target) facts.push(`${report.target.name}, PostgreSQL ${report.target.version}`);
  if (report.executionMs !== null) facts.push(`execution ${formatMs(report.executionMs)}`);
  if (report.planningMs !== null) facts.push(`planning ${formatMs(report.planningMs)}`);
  if (!report.analyzed) facts.push(`cost ${formatCost(report.nodes[0]?.inclusive.cost ?? 0)}, not analyzed`);
  return facts.join(' · ');
}

const titleOf = ({ sql }: PlanReport): string =>
  sql.trim().slice(0, 2_000).replace(/\s+/g, ' ').slice(0, 300) || 'A plan';

/** As much of a text as has room, in pixels. East Asian characters and signs are twice as wide as letters. */
function fit(text: string, room: number): string {
  let used = 0;
  const most = Math.floor(room / font.advance);
  let kept = '';
  // what is longer has no room anyway
  for (const character of text.slice(0, 2 * Math.max(0, most) + 2)) {
    used += /[ -~\u00a0-\u02ff…×÷±–·]/.test(character) ? 1 : 2;
    if (used > most) return most < 2 ? '' : `${[...kept].slice(0, -1).join('')}…`;
    kept += character;
  }
  return kept;
}
