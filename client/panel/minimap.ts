// The whole tree as a strip beside it: where in a long plan the rows in sight are, and where what took most is. It is painted, so
// that it costs the same for ten rows and for ten thousand; for the keyboard and for readers it is a scroll bar.
import { heat } from '../../server/src/explain/shown/format.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import { element } from './dom.ts';

/** What it is a map of. */
export interface Mapped {
  readonly rows: readonly TreeNode[];
  /** Of the whole plan, 0 to 1. */
  share(entry: TreeNode): number;
}

/** A shorter tree needs no map. */
const fewest = 40;
/** Pixels. */
const width = 44;
const mostPerRow = 3;
const indent = 1.5;
const maxIndent = 12;
/** Parts of the plan that have a colour. */
const smallest = 0.005;

export class Minimap {
  readonly element: HTMLElement;
  private readonly canvas = element('canvas', { aria: { hidden: true } });
  private readonly box = element('div', { class: 'minimap-box', aria: { hidden: true } });
  /** What scrolls. */
  private readonly scroller: HTMLElement;
  private mapped: Mapped = { rows: [], share: () => 0 };
  private frame = 0;

  constructor(scroller: HTMLElement) {
    this.scroller = scroller;
    this.element = element(
      'div',
      {
        class: 'minimap',
        role: 'scrollbar',
        title: 'The whole tree: click to go there',
        aria: { label: 'The whole tree', orientation: 'vertical', controls: scroller.id, valuemin: 0, valuemax: 100 },
      },
      this.canvas,
      this.box,
    );
    this.element.tabIndex = 0;
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.goTo(event);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) this.goTo(event);
    });
    new ResizeObserver(() => this.drawSoon()).observe(scroller);
    // the colours of another theme
    const themes = new MutationObserver(() => this.drawSoon());
    themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  }

  show(mapped: Mapped): void {
    this.mapped = mapped;
    this.drawSoon();
  }

  /** The rows in sight have changed. */
  scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const needed = this.mapped.rows.length >= fewest && scrollHeight > clientHeight + 1;
    this.element.hidden = !needed;
    if (!needed) return;
    const height = this.drawnHeight;
    this.box.style.top = `${(scrollTop / scrollHeight) * height}px`;
    this.box.style.height = `${Math.max(6, (clientHeight / scrollHeight) * height)}px`;
    const most = scrollHeight - clientHeight;
    this.element.setAttribute('aria-valuenow', String(Math.round((scrollTop / most) * 100)));
  }

  /** The height of all rows on the map. */
  private get drawnHeight(): number {
    return Math.min(this.scroller.clientHeight, this.mapped.rows.length * mostPerRow);
  }

  private drawSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.scrolled();
    if (this.element.hidden) return;
    const height = this.drawnHeight;
    const scale = window.devicePixelRatio;
    const { canvas } = this;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.max(1, Math.round(height * scale));
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    if (!context) return;
    context.scale(scale, scale);
    const colours = getComputedStyle(this.element);
    const colour = (name: string): string => colours.getPropertyValue(name).trim() || colours.color;
    const heats = { hot: colour('--hot'), warm: colour('--warm'), cool: colour('--cool') };
    const plain = colour('--track');
    const { rows, share } = this.mapped;
    const step = height / Math.max(1, rows.length);
    const thick = Math.max(1, step - (step > 2 ? 1 : 0));
    // several rows may fall on one line: the one that took most is painted
    let line = -1;
    let most: TreeNode | null = null;
    let mostShare = -1;
    const paint = (): void => {
      if (!most) return;
      const left = indent * Math.min(most.level - 1, maxIndent);
      const y = line;
      context.fillStyle = plain;
      context.fillRect(left, y, width - left - 8, thick);
      if (mostShare >= smallest) {
        context.fillStyle = heats[heat(mostShare)];
        context.fillRect(left, y, Math.max(3, mostShare * (width - left)), Math.max(thick, 2));
      }
      if (most.findings.length > 0) {
        context.fillStyle = heats.warm;
        context.fillRect(width - 5, y, 4, Math.max(thick, 3));
      }
    };
    for (const [i, entry] of rows.entries()) {
      const y = Math.floor(i * step * scale) / scale;
      const part = share(entry);
      if (y !== line) {
        paint();
        [line, most, mostShare] = [y, entry, part];
      } else if (part > mostShare) [most, mostShare] = [entry, part];
    }
    paint();
  }

  private goTo(event: PointerEvent): void {
    const top = this.element.getBoundingClientRect().top;
    const { scrollHeight, clientHeight } = this.scroller;
    const place = (event.clientY - top) / Math.max(1, this.drawnHeight);
    this.scroller.scrollTop = place * scrollHeight - clientHeight / 2;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { scroller } = this;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: -72,
      ArrowDown: 72,
      PageUp: -scroller.clientHeight,
      PageDown: scroller.clientHeight,
      Home: -scroller.scrollHeight,
      End: scroller.scrollHeight,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    scroller.scrollTop += step;
    event.preventDefault();
    event.stopPropagation();
  }
}
