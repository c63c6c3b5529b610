/** `pgreview/histories`, `…/schemaAt` and their kin: from the protocol to the language service. */
import { type Connection, RequestType, RequestType0 } from 'vscode-languageserver/node';
import { addCounts, noFindings } from '../features/findingCounts.ts';
import type { LanguageService } from '../languageService.ts';
import {
  type DriftParams,
  type DriftResult,
  driftRequest,
  type FindingCounts,
  type HistoryInfo,
  historiesChanged,
  historiesRequest,
  type MigrationFindingsParams,
  migrationFindingsRequest,
  type PreviewSqlParams,
  type PreviewSqlResult,
  previewSqlRequest,
  type ReviewAllParams,
  type ReviewAllResult,
  rescanRequest,
  reviewAllRequest,
  type SchemaAtParams,
  type SchemaPoint,
  schemaAtRequest,
  type TableInfo,
  tablesAtRequest,
} from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';

/** So long the server works on many files before it looks at what else is asked of it, in milliseconds. */
const slice = 50;

export interface HistoryConnection {
  /** The histories may be others than before. */
  changed(): void;
  /** An open document was edited, opened or closed. */
  edited(uri: string): void;
  dispose(): void;
}

export function connectHistories(
  connection: Connection,
  service: Promise<LanguageService>,
  scanned: Promise<void>,
  isIgnored: (uri: string) => boolean,
  pulls: () => boolean,
  rescan: () => Promise<void>,
  parser: Promise<Parser>,
): HistoryConnection {
  const ready = async (): Promise<LanguageService> => {
    await scanned;
    return service;
  };
  /** Diagnostics that were published for files that are not open. */
  const published = new Map<string, string>();

  connection.onRequest(new RequestType0<HistoryInfo[], void>(historiesRequest), async () =>
    (await ready()).histories(),
  );
  connection.onRequest(
    new RequestType<PreviewSqlParams, PreviewSqlResult | null, void>(previewSqlRequest),
    async (params) => (await ready()).previewSql(params),
  );
  connection.onRequest(new RequestType0<HistoryInfo[], void>(rescanRequest), async () => {
    await rescan();
    return (await ready()).histories();
  });
  connection.onRequest(
    new RequestType<MigrationFindingsParams, (FindingCounts | null)[], void>(migrationFindingsRequest),
    async ({ uris }, token) => {
      const s = await ready();
      s.expectReviewsOf(uris);
      const counts: (FindingCounts | null)[] = [];
      await inSlices(
        uris,
        () => token.isCancellationRequested,
        (uri) => {
          counts.push(isIgnored(uri) ? null : s.findingCounts(uri));
        },
      );
      return counts;
    },
  );
  connection.onRequest(new RequestType<SchemaPoint, TableInfo[], void>(tablesAtRequest), async (point) =>
    (await ready()).tablesAt(point),
  );
  connection.onRequest(new RequestType<SchemaAtParams, string, void>(schemaAtRequest), async (params) =>
    (await ready()).schemaAt(params),
  );
  connection.onRequest(new RequestType<DriftParams, DriftResult, void>(driftRequest), async (params, token) => {
    const s = await ready();
    const { drift } = await import('./drift.ts');
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      return await drift(s, await parser, params, abort.signal);
    } finally {
      listener.dispose();
    }
  });
  connection.onRequest(
    new RequestType<ReviewAllParams, ReviewAllResult, void>(reviewAllRequest),
    async ({ workDoneToken }, token) => {
      const s = await ready();
      const progress = connection.window.attachWorkDoneProgress(workDoneToken);
      const uris = s.histories().flatMap((h) => h.migrations.map((m) => m.uri));
      const reviewed = uris.filter((uri) => !isIgnored(uri));
      let counts = noFindings;
      let files = 0;
      progress.begin('Reviewing migrations', 0, undefined, true);
      try {
        s.expectReviewsOf(reviewed);
        await inSlices(
          reviewed,
          () => token.isCancellationRequested,
          (uri) => {
            counts = addCounts(counts, s.findingCounts(uri) ?? noFindings);
            publish(s, uri);
            files++;
            progress.report(Math.floor((100 * files) / reviewed.length), `${files} of ${reviewed.length}`);
          },
        );
      } finally {
        progress.done();
      }
      return { files, counts };
    },
  );

  /** An open document's diagnostics go another way: what was published for it is taken back. */
  function publish(s: LanguageService, uri: string): void {
    const isOpen = s.versionOf(uri) !== null;
    if (isOpen && !pulls()) {
      published.set(uri, '');
      return;
    }
    const diagnostics = isOpen ? [] : s.migrationDiagnostics(uri);
    const text = JSON.stringify(diagnostics);
    if (published.get(uri) === text) return;
    published.set(uri, text);
    void connection.sendDiagnostics({ uri, diagnostics });
  }

  /** What was published once is kept true. */
  async function republish(): Promise<void> {
    if (published.size === 0) return;
    const s = await service;
    const known = new Set(s.histories().flatMap((h) => h.migrations.map((m) => m.uri)));
    await inSlices(
      [...published.keys()],
      () => false,
      (uri) => {
        if (known.has(uri)) publish(s, uri);
        else {
          published.delete(uri);
          void connection.sendDiagnostics({ uri, diagnostics: [] });
        }
      },
    );
  }

  let timer: ReturnType<typeof setTimeout> | null = null;
  function later(milliseconds: number): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      void connection.sendNotification(historiesChanged);
      void republish();
    }, milliseconds);
  }
  return {
    dispose: () => {
      if (timer) clearTimeout(timer);
    },
    changed: () => later(0),
    edited: (uri) => {
      void service.then((s) => {
        if (published.has(uri)) publish(s, uri);
      });
      later(700);
    },
  };
}

/** One after another, letting other requests in between. */
async function inSlices<T>(items: readonly T[], isCancelled: () => boolean, work: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    if (isCancelled()) return;
    work(item);
    if (performance.now() - began < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
