// The plan as an icicle: each node as wide as all that ran in it, its children below it. A click zooms in.

import { formatShare, heat } from '../../server/src/explain/shown/format.ts';
import { type Bar, icicleBars } from '../../server/src/explain/shown/icicleLayout.ts';
import type { Measure } from '../../server/src/explain/shown/measures.ts';
import { totals } from '../../server/src/explain/shown/measures.ts';
import { nodeName, shortName } from '../../server/src/explain/shown/nodeText.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import { element } from './dom.ts';

const barHeight = 22;
/** Narrower ones are left out: nobody can see or hit them. Pixels. */
const narrowest = 2;
/** Narrower ones have no room for a word. Pixels. */
const readable = 40;
export class Icicle {
  readonly element: HTMLElement;
  private readonly events: { onChoose(entry: TreeNode, open: boolean): void };
  private readonly bars = element('div', { class: 'bars', role: 'presentation' });
  private tree: readonly TreeNode[] = [];
  private measure: Measure | null = null;
  private total = new Map<number, number>();
  /** The node that is as wide as the panel. */
  private zoomed: TreeNode | null = null;
  private active: TreeNode | null = null;
  private drawnWidth = 0;
  /** Ids of nodes on whose text the editor's cursor stands. */
  private underCursor: ReadonlySet<number> = new Set();

  constructor(events: { onChoose(entry: TreeNode, open: boolean): void }) {
    this.events = events;
    this.element = element(
      'div',
      { class: 'icicle', role: 'tree', aria: { label: 'Plan nodes by what they took' } },
      this.bars,
    );
    this.element.tabIndex = 0;
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    this.bars.addEventListener('click', (event) => {
      const entry = this.entryAt(event.target);
      if (entry) this.choose(entry, false);
    });
    this.bars.addEventListener('dblclick', (event) => {
      const entry = this.entryAt(event.target);
      if (entry) this.zoom(entry);
    });
    new ResizeObserver(() => {
      if (this.element.clientWidth !== this.drawnWidth) this.draw();
    }).observe(this.element);
  }

  show(tree: readonly TreeNode[], measure: Measure, active: number | null): void {
    this.tree = tree;
    this.measure = measure;
    this.total = totals(tree, measure);
    this.zoomed ??= tree[0] ?? null;
    this.active = tree.find(({ node }) => node.id === active) ?? this.zoomed;
    this.draw();
  }

  /** Makes that node as wide as the panel; the one that is so already gives way to its parent. */
  zoom(entry: TreeNode): void {
    this.zoomed = entry === this.zoomed ? (entry.parent ?? entry) : entry;
    this.active = entry;
    this.draw();
  }

  /** Marks the nodes on whose text the editor's cursor stands. */
  markCursor(ids: readonly number[]): void {
    this.underCursor = new Set(ids);
    this.draw();
  }

  select(id: number): void {
    const entry = this.tree.find(({ node }) => node.id === id);
    if (!entry) return;
    this.active = entry;
    if (this.zoomed && !isWithin(entry, this.zoomed)) this.zoomed = this.tree[0] ?? null;
    this.draw();
  }

  private draw(): void {
    const width = this.element.clientWidth;
    this.drawnWidth = width;
    const { zoomed, measure } = this;
    if (!zoomed || !measure || width === 0) return;
    const whole = this.total.get(this.tree[0]?.node.id ?? 0) ?? 0;
    const bars = icicleBars(zoomed, this.total, narrowest / width);
    const made = bars.map((bar) => this.makeBar(bar, width, whole, measure));
    this.bars.replaceChildren(...made);
    const deepest = bars.reduce((most, { depth }) => Math.max(most, depth), 0);
    this.bars.style.height = `${(deepest + 1) * barHeight}px`;
    const id = this.active && made.find((bar) => bar.id === barId(this.active as TreeNode))?.id;
    if (id) {
      this.element.setAttribute('aria-activedescendant', id);
      document.getElementById(id)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else this.element.removeAttribute('aria-activedescendant');
  }

  private makeBar({ entry, left, width, depth }: Bar, all: number, whole: number, measure: Measure): HTMLElement {
    const { node } = entry;
    const total = this.total.get(node.id) ?? 0;
    const own = Math.max(0, measure.of(node) ?? 0);
    const share = whole > 0 ? own / whole : 0;
    const words = `${nodeName(node)}: ${measure.format(own)} itself, ${formatShare(share)} of the plan${
      entry.children.length === 0 ? '' : `; ${measure.format(total)} with its children`
    }`;
    const bar = element('div', {
      class: `bar-node ${own > 0 ? heat(share) : 'nothing'}`,
      title: words,
      role: 'treeitem',
      aria: { label: words, level: entry.level, selected: entry === this.active },
    });
    if (this.underCursor.has(node.id)) {
      bar.classList.add('under-cursor');
      bar.setAttribute('aria-current', 'location');
    }
    bar.id = barId(entry);
    bar.dataset.node = String(node.id);
    bar.style.left = `${left * 100}%`;
    bar.style.width = `${width * 100}%`;
    bar.style.top = `${depth * barHeight}px`;
    if (width * all >= readable) bar.append(element('span', {}, shortName(node)));
    return bar;
  }

  private entryAt(target: EventTarget | null): TreeNode | null {
    const id = target instanceof Element ? target.closest<HTMLElement>('[data-node]')?.dataset.node : undefined;
    return this.tree.find(({ node }) => String(node.id) === id) ?? null;
  }

  private choose(entry: TreeNode, open: boolean): void {
    this.active = entry;
    this.draw();
    this.events.onChoose(entry, open);
  }

  private onKey(event: KeyboardEvent): void {
    const { active } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !active) return;
    const next = this.afterKey(event.key, active);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (next) this.choose(next, event.key === 'Enter');
  }

  /** @returns the node that becomes active; null for none, undefined for a key that means nothing here */
  private afterKey(key: string, active: TreeNode): TreeNode | null | undefined {
    const siblings = active.parent?.children ?? [active];
    const place = siblings.indexOf(active);
    switch (key) {
      case 'ArrowUp':
        return active.parent;
      case 'ArrowDown':
        return this.widest(active.children);
      case 'ArrowLeft':
        return siblings[place - 1] ?? null;
      case 'ArrowRight':
        return siblings[place + 1] ?? null;
      case 'Home':
        return this.tree[0] ?? null;
      case ' ':
      case '+':
        this.zoom(active);
        return null;
      case 'Escape':
      case '-':
        if (this.zoomed?.parent) this.zoom(this.zoomed);
        return null;
      case 'Enter':
        return active;
      default:
        return undefined;
    }
  }

  private widest(entries: readonly TreeNode[]): TreeNode | null {
    const width = ({ node }: TreeNode): number => this.total.get(node.id) ?? 0;
    return entries.reduce<TreeNode | null>((most, e) => (most === null || width(e) > width(most) ? e : most), null);
  }
}

const barId = ({ node }: TreeNode): string => `bar-${node.id}`;

function isWithin(entry: TreeNode, ancestor: TreeNode): boolean {
  for (let at: TreeNode | null = entry; at; at = at.parent) if (at === ancestor) return true;
  return false;
}
