// The plan as an accessible tree grid. Only the rows in sight are in the document, so that a plan of thousands of
// nodes scrolls like one of ten. The keyboard's focus stays on the grid; `aria-activedescendant` names the row.

import { isAlikeRow } from '../../server/src/explain/shown/alike.ts';
import { nodeType } from '../../server/src/explain/shown/nodeText.ts';
import { ancestors, type TreeNode, visibleRows } from '../../server/src/explain/shown/planTree.ts';
import type { Column } from './columns.ts';
import { button, element } from './dom.ts';
import { makeRow, maxIndent, rowHeight, rowId } from './gridRow.ts';
import { nextSorting, type Sorting, sortedRows } from './sorting.ts';

/** How a row was chosen: moving onto it keeps the keyboard here, opening it goes to the editor. */
export type Choice = 'click' | 'key' | 'open';

interface TreeGridEvents {
  onChoose(entry: TreeNode, how: Choice): void;
  /** Folded rows or the scroll position changed. */
  onChange(): void;
  /** There are other rows, or others are in sight. */
  onView(): void;
}

/** Rows kept ready above and below what is in sight. */
const overscan = 8;
export class TreeGrid {
  readonly element: HTMLElement;
  private readonly head = element('div', { class: 'grid-head', role: 'rowgroup' });
  private readonly body = element('div', { class: 'grid-body', role: 'rowgroup' });
  private readonly events: TreeGridEvents;
  private readonly shown = new Map<number, HTMLElement>();
  private tree: readonly TreeNode[] = [];
  private rows: readonly TreeNode[] = [];
  private columns: readonly Column[] = [];
  private collapsed = new Set<number>();
  private active: TreeNode | null = null;
  private typed = { text: '', time: 0 };
  private sorting: Sorting | null = null;
  /** Rows that a search has found. */
  private found: ReadonlySet<TreeNode> = new Set();
  /** Nodes on whose text the editor's cursor stands. */
  private underCursor: readonly TreeNode[] = [];
  /** The rows that show them. */
  private cursorRows: ReadonlySet<TreeNode> = new Set();

  constructor(events: TreeGridEvents) {
    this.events = events;
    this.element = element(
      'div',
      { class: 'grid', role: 'treegrid', aria: { label: 'Plan nodes', readonly: true } },
      this.head,
      this.body,
    );
    this.element.id = 'tree-grid';
    this.element.tabIndex = 0;
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    this.element.addEventListener('scroll', () => {
      this.render();
      this.events.onView();
      this.events.onChange();
    });
    this.body.addEventListener('click', (event) => this.onClick(event));
    this.body.addEventListener('dblclick', (event) => {
      const entry = this.entryAt(event.target);
      if (entry) this.activate(entry, 'open');
    });
    new ResizeObserver(() => this.render()).observe(this.element);
  }

  show(
    tree: readonly TreeNode[],
    columns: readonly Column[],
    collapsed: Iterable<number>,
    active: number | null,
    sorting: Sorting | null = null,
  ): void {
    this.sorting = sorting;
    this.tree = tree;
    this.collapsed = new Set(collapsed);
    this.active = tree.find((entry) => entry.node.id === active) ?? tree[0] ?? null;
    this.setColumns(columns);
  }

  setColumns(columns: readonly Column[]): void {
    this.columns = columns;
    if (this.sorting && !columns.some(({ id }) => id === this.sorting?.column)) this.sorting = null;
    const widths = columns.map((column) => column.width);
    this.element.style.setProperty('--columns', widths.join(' '));
    this.element.style.setProperty('--columns-width', `calc(${widths.join(' + ')})`);
    this.element.setAttribute('aria-colcount', String(columns.length + 1));
    this.drawHead();
    this.refresh();
  }

  /** The order of the rows; null: that of the tree. */
  get sortedBy(): Sorting | null {
    return this.sorting;
  }

  /** Marks rows. */
  mark(found: Iterable<TreeNode>): void {
    this.found = new Set(found);
    this.refresh();
  }

  /** Marks the nodes on whose text the editor's cursor stands, and brings one into sight if none is. Moves no focus. */
  markCursor(ids: readonly number[]): void {
    this.underCursor = this.tree.filter(({ node }) => ids.includes(node.id));
    this.findCursorRows();
    const places = [...this.cursorRows].map((entry) => this.rows.indexOf(entry));
    const [first] = places;
    if (first !== undefined && !places.some((index) => this.isInSight(index))) this.scrollTo(first);
    this.render();
  }

  /** A node inside of a folded one is shown by that. */
  private findCursorRows(): void {
    const rows = new Set(this.rows);
    const rowOf = (entry: TreeNode): TreeNode => {
      let at = entry;
      while (!rows.has(at) && at.parent) at = at.parent;
      return at;
    };
    this.cursorRows = new Set(this.underCursor.map(rowOf));
  }

  private drawHead(): void {
    const header = element('div', { class: 'row', role: 'row', aria: { rowindex: 1 } });
    const node = button('Node', 'As a tree', () => this.sortBy(null));
    header.append(element('div', { class: 'cell node', role: 'columnheader' }, node));
    for (const { id, title, help } of this.columns) {
      const sorted = this.sorting?.column === id ? this.sorting : null;
      const arrow = sorted ? (sorted.ascending ? ' ↑' : ' ↓') : '';
      const sort = button(`${title}${arrow}`, `${help}. Click to sort`, () => this.sortBy(nextSorting(id, sorted)));
      const cell = element('div', { class: 'cell', role: 'columnheader' }, sort);
      if (sorted) cell.setAttribute('aria-sort', sorted.ascending ? 'ascending' : 'descending');
      header.append(cell);
    }
    this.head.replaceChildren(header);
  }

  private sortBy(sorting: Sorting | null): void {
    this.sorting = sorting;
    // the header that was clicked goes: the keyboard stays in the grid
    this.drawHead();
    this.element.focus({ preventScroll: true });
    this.refresh();
    this.scrollToActive();
    this.events.onChange();
  }

  get collapsedIds(): readonly number[] {
    return [...this.collapsed];
  }

  get activeId(): number | null {
    return this.active?.node.id ?? null;
  }

  collapseAll(): void {
    this.collapsed = new Set(this.tree.filter((entry) => entry.children.length > 0).map((entry) => entry.node.id));
    // The row with the focus must not be among the hidden.
    while (this.active?.parent) this.active = this.active.parent;
    this.changed();
  }

  expandAll(): void {
    this.collapsed.clear();
    this.changed();
  }

  /** Unfolds what hides the node, brings it into sight and makes it the active row. */
  reveal(id: number, how: Choice): void {
    const entry = this.tree.find((candidate) => candidate.node.id === id);
    if (!entry) return;
    for (const above of ancestors(entry)) this.collapsed.delete(above);
    this.refresh();
    this.activate(entry, how);
  }

  private changed(): void {
    this.refresh();
    this.scrollToActive();
    this.events.onChange();
  }

  /** Computes the rows anew and draws them all again. */
  private refresh(): void {
    this.rows = this.sorting
      ? sortedRows(
          this.tree.filter((entry) => !isAlikeRow(entry)),
          this.columns,
          this.sorting,
        )
      : visibleRows(this.tree, this.collapsed);
    this.findCursorRows();
    this.element.classList.toggle('flat', this.sorting !== null);
    for (const row of this.shown.values()) row.remove();
    this.shown.clear();
    this.body.style.height = `${this.rows.length * rowHeight}px`;
    const deepest = this.sorting ? 1 : this.rows.reduce((most, entry) => Math.max(most, entry.level), 1);
    this.element.style.setProperty('--deepest', String(Math.min(deepest - 1, maxIndent)));
    this.element.setAttribute('aria-rowcount', String(this.rows.length + 1));
    this.render();
    this.events.onView();
  }

  /** In order; what is folded is not among them. */
  get shownRows(): readonly TreeNode[] {
    return this.rows;
  }

  /** Adds the rows that came into sight and drops those that left it, all but the active one. */
  private render(): void {
    const top = this.element.scrollTop;
    const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
    const last = Math.min(this.rows.length, Math.ceil((top + this.element.clientHeight) / rowHeight) + overscan);
    const activeIndex = this.active === null ? -1 : this.rows.indexOf(this.active);
    for (const [index, row] of this.shown) {
      if ((index >= first && index < last) || index === activeIndex) continue;
      row.remove();
      this.shown.delete(index);
    }
    for (let index = first; index < last; index++) this.showRow(index);
    if (activeIndex >= 0) this.showRow(activeIndex);
    for (const [index, row] of this.shown) {
      row.setAttribute('aria-selected', String(index === activeIndex));
      const entry = this.rows[index];
      const isUnderCursor = entry !== undefined && this.cursorRows.has(entry);
      row.classList.toggle('under-cursor', isUnderCursor);
      if (isUnderCursor) row.setAttribute('aria-current', 'location');
      else row.removeAttribute('aria-current');
    }
    if (activeIndex >= 0) this.element.setAttribute('aria-activedescendant', rowId(this.active!));
    else this.element.removeAttribute('aria-activedescendant');
  }

  private showRow(index: number): void {
    const entry = this.rows[index];
    if (entry === undefined || this.shown.has(index)) return;
    const row = makeRow(entry, index, {
      columns: this.columns,
      isFolded: this.collapsed.has(entry.node.id),
      inList: this.sorting !== null,
      isFound: this.found.has(entry),
    });
    this.shown.set(index, row);
    this.body.append(row);
  }

  private activate(entry: TreeNode, how: Choice): void {
    this.active = entry;
    this.scrollToActive();
    this.render();
    this.events.onChoose(entry, how);
    this.events.onChange();
  }

  private scrollToActive(): void {
    const index = this.active === null ? -1 : this.rows.indexOf(this.active);
    if (index < 0) return;
    this.scrollTo(index);
    this.render();
  }

  /** Pixels of the rows' height that can be seen below the header. */
  private get heightInSight(): number {
    return this.element.clientHeight - this.head.offsetHeight;
  }

  private isInSight(index: number): boolean {
    const top = index * rowHeight - this.element.scrollTop;
    return top >= 0 && top + rowHeight <= this.heightInSight;
  }

  private scrollTo(index: number): void {
    const top = index * rowHeight;
    const height = this.heightInSight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + rowHeight > this.element.scrollTop + height) this.element.scrollTop = top + rowHeight - height;
  }

  private toggle(entry: TreeNode): void {
    if (entry.children.length === 0 || this.sorting) return;
    if (!this.collapsed.delete(entry.node.id)) {
      this.collapsed.add(entry.node.id);
      // Folding what holds the active row takes the focus along.
      if (this.active !== null && ancestors(this.active).includes(entry.node.id)) this.active = entry;
    }
    this.refresh();
    this.events.onChange();
  }

  private onClick(event: MouseEvent): void {
    const entry = this.entryAt(event.target);
    if (!entry) return;
    if (event.target instanceof Element && event.target.classList.contains('foldable')) this.toggle(entry);
    else this.activate(entry, 'click');
  }

  private entryAt(target: EventTarget | null): TreeNode | null {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    return this.rows[Number(row?.dataset.index)] ?? null;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.active === null) return;
    // the header's buttons have the keyboard
    if (event.target !== this.element) return;
    const handled = this.handleKey(event.key, this.active);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The keys of the WAI-ARIA tree grid pattern, with rows taking the focus. */
  private handleKey(key: string, active: TreeNode): boolean {
    const index = this.rows.indexOf(active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 2);
    const folded = this.collapsed.has(active.node.id);
    switch (key) {
      case 'ArrowDown':
        return this.moveTo(index + 1);
      case 'ArrowUp':
        return this.moveTo(index - 1);
      case 'PageDown':
        return this.moveTo(index + page);
      case 'PageUp':
        return this.moveTo(index - page);
      case 'Home':
        return this.moveTo(0);
      case 'End':
        return this.moveTo(this.rows.length - 1);
      case 'ArrowRight':
        if (active.children.length > 0 && folded) this.toggle(active);
        else if (active.children.length > 0) this.moveTo(index + 1);
        return true;
      case 'ArrowLeft':
        if (active.children.length > 0 && !folded) this.toggle(active);
        else if (active.parent !== null) this.activate(active.parent, 'key');
        return true;
      case 'Enter':
        this.activate(active, 'open');
        return true;
      case ' ':
        this.activate(active, 'key');
        return true;
      default:
        return key.length === 1 && this.typeAhead(key, index);
    }
  }

  private moveTo(index: number): boolean {
    const entry = this.rows[Math.min(Math.max(index, 0), this.rows.length - 1)];
    if (entry && entry !== this.active) this.activate(entry, 'key');
    return true;
  }

  /** Goes to the next row whose node type or relation begins with what was typed within the last second. */
  private typeAhead(key: string, from: number): boolean {
    const now = Date.now();
    const fresh = now - this.typed.time > 1000;
    this.typed = { text: (fresh ? '' : this.typed.text) + key.toLowerCase(), time: now };
    // A first letter moves on; further letters may keep the row they already match.
    const start = fresh ? from + 1 : from;
    for (let step = 0; step < this.rows.length; step++) {
      const entry = this.rows[(start + step) % this.rows.length]!;
      const names = [nodeType(entry.node), entry.node.relation ?? '', entry.node.alias ?? ''];
      if (!names.some((name) => name.toLowerCase().startsWith(this.typed.text))) continue;
      if (entry !== this.active) this.activate(entry, 'key');
      break;
    }
    return true;
  }
}
