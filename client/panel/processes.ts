// The processes that ran a node side by side: a line that says how evenly, and a table folded below it.
import { formatBytes, formatCount, formatMs, formatShare } from '../../server/src/explain/shown/format.ts';
import { describeProcesses, processName, rowShares } from '../../server/src/explain/shown/processes.ts';
import type { PlanProcess } from '../../server/src/protocol.ts';
import { element } from './dom.ts';

interface Column {
  readonly title: string;
  readonly help?: string;
  of(process: PlanProcess): string | null;
}

const columns: readonly Column[] = [
  {
    title: 'Rows',
    of: ({ rows, worker }) => (rows === null ? null : `${worker === null ? '~' : ''}${formatCount(rows)}`),
  },
  { title: 'Loops', of: ({ loops }) => (loops === null ? null : formatCount(loops)) },
  { title: 'Time', of: ({ ms }) => (ms === null ? null : formatMs(ms)) },
  {
    title: 'Pages',
    help: 'Found in shared buffers, and read',
    of: ({ sharedHit, sharedRead }) =>
      sharedHit === null && sharedRead === null
        ? null
        : `${formatCount(sharedHit ?? 0)} + ${formatCount(sharedRead ?? 0)}`,
  },
  { title: 'Memory', of: ({ memoryKb }) => (memoryKb === null ? null : formatBytes(memoryKb * 1_024)) },
  { title: 'Disk', of: ({ diskKb }) => (diskKb === null ? null : formatBytes(diskKb * 1_024)) },
  { title: 'JIT', of: ({ jitMs }) => (jitMs === null ? null : formatMs(jitMs)) },
];

/** As the reader left the last one, for the next node. */
let isOpen = false;

export function processesElement(processes: readonly PlanProcess[]): HTMLElement {
  const shares = rowShares(processes);
  const strip = element('span', { class: 'evenness', aria: { hidden: true } });
  for (const share of shares ?? []) {
    const part = element('span');
    part.style.flexGrow = `${share}`;
    strip.append(part);
  }
  const summary = element('summary', {}, describeProcesses(processes), ...(shares ? [strip] : []));
  const made = element('details', { class: 'processes' }, summary, tableOf(processes, shares));
  made.open = isOpen;
  made.addEventListener('toggle', () => {
    const wasOpened = made.open && !isOpen;
    isOpen = made.open;
    if (wasOpened) made.scrollIntoView({ block: 'nearest' });
  });
  return made;
}

function tableOf(processes: readonly PlanProcess[], shares: readonly number[] | null): HTMLElement {
  const told = columns.filter(({ of }) => processes.some((process) => of(process) !== null));
  const header = (text: string, title?: string) => {
    const made = element('th', title === undefined ? {} : { title }, text);
    made.scope = 'col';
    return made;
  };
  const head = [
    header('Process'),
    ...(shares ? [header('Of the rows')] : []),
    ...told.map((column) => header(column.title, column.help)),
  ];
  const body = processes.map((process, i) => {
    const name = element('th', {}, processName(process));
    name.scope = 'row';
    const share = shares ? [shareCell(shares[i] ?? 0)] : [];
    return element('tr', {}, name, ...share, ...told.map(({ of }) => element('td', {}, of(process) ?? '')));
  });
  return element(
    'table',
    {},
    element('caption', {}, 'With what ran inside the node; the leader’s part is what the workers leave.'),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}

function shareCell(share: number): HTMLElement {
  const fill = element('span', { class: 'fill cool' });
  fill.style.width = share > 0 ? `max(1px, ${share * 100}%)` : '0';
  return element(
    'td',
    {},
    element('span', { class: 'bar', aria: { hidden: true } }, fill),
    element('span', {}, formatShare(share)),
  );
}
