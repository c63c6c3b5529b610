// What is copied and saved of a plan, in each format.
import { foldAlike } from '../../server/src/explain/shown/alike.ts';
import { anonymise } from '../../server/src/explain/shown/anonymise/anonymise.ts';
import { type Measure, wholeOf } from '../../server/src/explain/shown/measures.ts';
import { iciclePicture, type Palette, type Picture, treePicture } from '../../server/src/explain/shown/picture.ts';
import { planMarkdown } from '../../server/src/explain/shown/planMarkdown.ts';
import { planText } from '../../server/src/explain/shown/planText.ts';
import { buildTree, visibleRows } from '../../server/src/explain/shown/planTree.ts';
import { printSvg } from '../../server/src/explain/shown/svg.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { CopyFormat } from '../src/panelMessages.ts';
import { paint } from './paint.ts';

/** What is looked at, for pictures of it. */
export interface Looked {
  readonly view: 'tree' | 'icicle';
  readonly collapsed: readonly number[];
  readonly measure: Measure;
}

/**
 * @returns text; a canvas for a PNG
 * @throws {Error} a sentence for the user, when the picture would be too large
 */
export function contentOf(
  report: PlanReport,
  format: CopyFormat,
  anonymised: boolean,
  looked: Looked,
): string | HTMLCanvasElement {
  const told = anonymised ? anonymise(report) : report;
  switch (format) {
    case 'text':
      return planText(told, buildTree(told));
    case 'markdown':
      return planMarkdown(told, buildTree(told));
    case 'json':
      return `${JSON.stringify(told.plan, null, 2)}\n`;
    case 'svg':
      return printSvg(pictureOf(told, looked));
    case 'png':
      return paint(pictureOf(told, looked));
  }
}

function pictureOf(report: PlanReport, { view, collapsed, measure }: Looked): Picture {
  const tree = buildTree(report);
  const palette = paletteNow();
  if (view === 'icicle') return iciclePicture(report, tree, measure, palette);
  const rows = visibleRows(foldAlike(tree), new Set(collapsed));
  return treePicture(report, rows, measure, wholeOf(tree, measure), palette);
}

/** The colours of VS Code's theme, as the panel has them. */
function paletteNow(): Palette {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (value: string): string => {
    probe.style.color = '';
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    background: colour('var(--vscode-editor-background)'),
    foreground: colour('var(--vscode-foreground)'),
    muted: colour('var(--muted)'),
    track: colour('var(--track)'),
    hot: colour('var(--hot)'),
    warm: colour('var(--warm)'),
    cool: colour('var(--cool)'),
    onBar: colour('var(--on-bar)'),
  };
  probe.remove();
  return palette;
}
