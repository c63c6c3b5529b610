/** What the benches found, for the terminal and for docs/benchmarks.md. */

import type { AlembicHistory, AlembicTyping } from './alembic.ts';
import type { CancelTimes } from './cancel.ts';
import type { EmbeddedTimes } from './embedded.ts';
import type { Shape } from './generate.ts';
import type { HistoryTimes } from './history.ts';
import type { PanelTimes } from './panel.ts';
import type { PrismaTyping } from './prisma.ts';
import type { Spread } from './spread.ts';
import type { Typing } from './typing.ts';

export interface Report {
  readonly date: string;
  readonly cores: number;
  readonly node: string;
  /** Load average of the last minute before the run: what else the machine was doing. */
  readonly loadBefore: number;
  readonly typing: ({ readonly server: string; readonly shape: Shape; readonly lines: number } & Typing)[];
  readonly coldStart: ({ readonly server: string } & Spread)[];
  readonly checks: ({ readonly command: string; readonly shape: Shape; readonly lines: number } & Spread)[];
  readonly histories: HistoryTimes[];
  readonly embedded: EmbeddedTimes[];
  readonly prisma: PrismaTyping[];
  readonly alembic: AlembicTyping[];
  readonly revisions: AlembicHistory[];
  readonly panels: PanelTimes[];
  readonly cancel: CancelTimes[];
  readonly parse: readonly { readonly characters: number; readonly microseconds: number }[];
}

type Table = readonly [head: readonly string[], ...rows: (readonly string[])[]];

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const whole = (lines: number): string => lines.toLocaleString('en-US');

function typingTable({ typing }: Report): Table {
  return [
    ['file', 'lines', 'server', 'median', 'p95', 'max', 'errors seen', 'cleared', 'open', 'memory'],
    ...typing.map((t) => [
      t.shape,
      whole(t.lines),
      `${t.server} (${t.mode})`,
      ms(t.edits.median),
      ms(t.edits.p95),
      ms(t.edits.max),
      `${t.seen[0]}/${t.seen[1]}`,
      `${t.cleared[0]}/${t.cleared[1]}`,
      ms(t.openMs),
      t.peakMB === null ? '–' : `${t.peakMB.toFixed(0)} MB`,
    ]),
  ];
}

const coldTable = ({ coldStart }: Report): Table => [
  ['server', 'median', 'max'],
  ...coldStart.map((c) => [c.server, ms(c.median), ms(c.max)]),
];

const checkTable = ({ checks }: Report): Table => [
  ['file', 'lines', 'command', 'median', 'max'],
  ...checks.map((c) => [c.shape, whole(c.lines), `\`${c.command}\``, ms(c.median), ms(c.max)]),
];

const historyTable = ({ histories }: Report): Table => [
  ['migrations', 'read and parsed', 'replayed', 'edit in migration 13', 'p95'],
  ...histories.map((h) => [
    whole(h.migrations),
    ms(h.read.median),
    ms(h.replayed.median),
    ms(h.edit.median),
    ms(h.edit.p95),
  ]),
];

const prismaTable = ({ prisma }: Report): Table => [
  ['lines', 'key → diagnostics', 'p95', 'max', 'told and cleared', 'open', 'drift', 'drift, first'],
  ...prisma.map((p) => [
    whole(p.lines),
    ms(p.keys.median),
    ms(p.keys.p95),
    ms(p.keys.max),
    `${p.right}/${p.of}`,
    ms(p.openMs),
    ms(p.drift.median),
    ms(p.driftFirstMs),
  ]),
];

const alembicTable = ({ alembic }: Report): Table => [
  ['lines', 'key → diagnostics', 'p95', 'max', 'told and cleared', 'open'],
  ...alembic.map((a) => [
    whole(a.lines),
    ms(a.keys.median),
    ms(a.keys.p95),
    ms(a.keys.max),
    `${a.right}/${a.of}`,
    ms(a.openMs),
  ]),
];

const revisionsTable = ({ revisions }: Report): Table => [
  ['revisions', 'read and run', 'replayed'],
  ...revisions.map((r) => [whole(r.revisions), ms(r.read.median), ms(r.replayed.median)]),
];

const panelTable = ({ panels }: Report): Table => [
  ['nodes', 'viewer', 'plan → painted', 'max', 'elements', 'zoom of the icicle'],
  ...panels.map((p) => [
    whole(p.nodes),
    p.viewer,
    ms(p.rendered.median),
    ms(p.rendered.max),
    whole(p.elements),
    p.zoom ? ms(p.zoom.median) : '–',
  ]),
];

const cancelTable = ({ cancel }: Report): Table => [
  ['the statement', 'nothing runs after', 'max'],
  ...cancel.map((c) => [c.statement, ms(c.median), ms(c.max)]),
];

const embeddedTable = ({ embedded }: Report): Table => [
  ['migrations', 'first answer', 'max', 'replayed and judged', 'edit of the last', 'reports of progress', 'memory'],
  ...embedded.map((e) => [
    whole(e.migrations),
    ms(e.start.median),
    ms(e.start.max),
    ms(e.replayed.median),
    ms(e.edit.median),
    whole(e.reports),
    e.peakMB === null ? '–' : `${e.peakMB.toFixed(0)} MB`,
  ]),
];

const parseTable = ({ parse }: Report): Table => [
  ['statement', 'parsed in'],
  ...parse.map((p) => [`${p.characters} characters`, `${p.microseconds.toFixed(0)} µs`]),
];

export function terminal(report: Report): string {
  return [
    typingTable,
    coldTable,
    checkTable,
    historyTable,
    embeddedTable,
    prismaTable,
    alembicTable,
    revisionsTable,
    panelTable,
    cancelTable,
    parseTable,
  ]
    .map((table) => plain(table(report)))
    .join('\n\n');
}

function plain(table: Table): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')).join('\n');
}

const gfm = ([head, ...rows]: Table): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export function markdown(report: Report): string {
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${report.date}: ${report.cores} cores, Node ${report.node}, load ${report.loadBefore.toFixed(1)} before
the run. All programs ran on the same machine, one after the other, in this one run; times are milliseconds. To repeat it, run
\`npm run bench\`, which installs the tools to compare with into the cache, prints these tables and writes \`out/bench/report.json\`.

${summary(report)}

## From an edit to its diagnostics

A broken statement is inserted and removed again at places spread over the file: 40 edits, behind two that are not counted. The
clock runs from sending the edit until the diagnostics of the edited text have been received and decoded, asked for (pull) where
the server can be asked, else waited for (push). *Errors seen* and *cleared* count the answers that had, and no longer had, an
error at the place: any other answer is wrong or stale. *Open* is the first answer after the file was opened, in a server just
started; *memory* is the highest resident set of all the server's processes. *Clean* tables give nothing to complain about,
*plain* ones do each; *mixed* is tables, views, functions and inserts.

${gfm(typingTable(report))}

## Cold start

From starting the process to the diagnostics of a file of 20 lines.

${gfm(coldTable(report))}

## The command line

From start to exit, as a process.

${gfm(checkTable(report))}

## Histories

A history of Prisma's folders that creates tables, types, indexes and foreign keys and alters them, in a process just started. *Read
and parsed*: all files, from the disk. *Replayed*: from nothing to the schema behind the last one. *Edit*: a column added to a
table of migration 13, or taken away, until that migration and the last one are reviewed again.

${gfm(historyTable(report))}

## Prisma's schemas

A schema of models with relations, and the migration that made it. In 20 models a line is typed key by key and deleted again:
*told* is its finding at the last key, *cleared* that it is gone behind it. *Drift*: from a key that adds a field to the finding that
no migration adds its column, the pause before the comparison included; the first time the migrations run in the embedded Postgres.

${gfm(prismaTable(report))}

## Alembic's revisions

A revision of tables, indexes and updates behind another one. In 20 places a line is typed key by key and deleted again.

${gfm(alembicTable(report))}

A chain of revisions, in a process just started. *Read and run*: found, read from the disk and run by the interpreter, both ways.

${gfm(revisionsTable(report))}

## Plans

Plans of joins over partitioned tables, in one browser, 900 by 720 pixels: from handing over the plan until two frames have been
drawn behind it. *Zoom*: how long one zoom of the icicle keeps the page busy. pev2 is asked for the small plan
only: the large one it had not drawn after seven minutes.

${gfm(panelTable(report))}

Cancelling EXPLAIN ANALYZE on a server (Postgres 18): from the request until no process of the server runs anything for it, asked in
a loop from another session.

${gfm(cancelTable(report))}

## The embedded Postgres

In a process of its own, started from a prepared data directory, off the key press. *First answer*: from starting the process.
*Replayed and judged*: from nothing until all migrations have run in it and the last one's statements were tried. *Edit of the
last*: until it is judged again, its statements having changed. *Memory*: the highest resident set of the process, which the
language server does not have without it.

${gfm(embeddedTable(report))}

## The parser

The Postgres grammar on one statement, with its tree's positions converted.

${gfm(parseTable(report))}
`;
}

/** Two sentences on what it means, from this run's own figures. */
function summary({ typing }: Report): string {
  const at = (shape: Shape, lines: number, server: string): number | undefined =>
    typing.find((t) => t.shape === shape && t.lines === lines && t.server.startsWith(server) && t.mode === 'pull')
      ?.edits.median ??
    typing.find((t) => t.shape === shape && t.lines === lines && t.server.startsWith(server))?.edits.median;
  const shapes = [...new Set(typing.map((t) => t.shape))];
  const times = (a: number | undefined, b: number | undefined): number => (a ?? Number.NaN) / (b ?? Number.NaN);
  const against = (server: string): string => {
    const factors = shapes.map((shape) => times(at(shape, 10_000, server), at(shape, 10_000, 'pgreview')));
    return `${Math.floor(Math.min(...factors))} to ${Math.floor(Math.max(...factors))} times as long`;
  };
  const growth = Math.max(...shapes.map((s) => times(at(s, 100_000, 'pgreview'), at(s, 10_000, 'pgreview'))));
  return (
    `In a file of 10,000 lines, one edit costs Squawk ${against('Squawk')} as pgreview, and the Postgres Language Server ` +
    `${against('Postgres')}. Ten times the lines cost pgreview at most ${growth.toFixed(1)} times the time, as it ` +
    'reads the changed statement and not the file.'
  );
}
