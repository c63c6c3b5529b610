/** `pgreview/explain` and `pgreview/testConnection`: from the protocol to the explain service. */
import {
  type CancellationToken,
  type Connection,
  RequestType,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import type { ExplainService } from '../explain/explainService.ts';
import type { ExplainSubject } from '../explain/subject.ts';
import type { LanguageService } from '../languageService.ts';
import {
  type ExplainParams,
  type ExplainResult,
  type ExplainTarget,
  explainRequest,
  type ReadPlanParams,
  type ReadPlanResult,
  readPlanRequest,
  type TryIndexParams,
  type TryIndexResult,
  testConnectionRequest,
  tryIndexRequest,
} from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';

/**
 * @param beforeEmbedded the embedded Postgres is about to start
 * @param foundMore a plan has brought diagnostics
 */
export function connectExplain(
  connection: Connection,
  parser: Promise<Parser>,
  service: Promise<LanguageService>,
  scanned: Promise<void>,
  beforeEmbedded: () => void,
  foundMore: () => void,
): { dispose(): void } {
  let explain: ExplainService | null = null;
  const explainer = async (): Promise<ExplainService> => {
    // most sessions explain nothing: its code is not even loaded
    const { createExplainService } = await import('./explainService.ts');
    explain ??= createExplainService(await parser);
    return explain;
  };

  /** What is to be explained; or why it cannot be. */
  const subjectOf = async (params: Omit<ExplainParams, 'analyze'>): Promise<ExplainSubject | string> => {
    const s = await service;
    // without the migrations every table would be unknown
    await scanned;
    if (params.target.kind === 'embedded' && s.configuration.database === 'off')
      return 'The embedded Postgres is switched off (pgreview.database): choose a connection, or switch it on.';
    const subject = s.explainSubject(params.textDocument.uri, params.range);
    // one embedded Postgres is enough for a machine
    if (typeof subject !== 'string' && params.target.kind === 'embedded') beforeEmbedded();
    return subject;
  };
  const timeout = async (): Promise<{ statementTimeoutMs: number }> => ({
    statementTimeoutMs: (await service).configuration.statementTimeout,
  });
  connection.onRequest(
    new RequestType<ExplainParams, ExplainResult, void>(explainRequest),
    async (params, token): Promise<ExplainResult> => {
      const subject = await subjectOf(params);
      if (typeof subject === 'string') return { kind: 'error', message: subject };
      const keep = (await service).planKeeper(params.textDocument.uri, params.range);
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      const result = await run(token, progress, async (signal, report) =>
        (await explainer()).explain(subject, { ...(await timeout()), ...params }, { signal, progress: report }),
      );
      if (result.kind === 'plan' && keep(result.report)) foundMore();
      return result;
    },
  );
  connection.onRequest(
    new RequestType<TryIndexParams, TryIndexResult, void>(tryIndexRequest),
    async (params, token): Promise<TryIndexResult> => {
      const subject = await subjectOf(params);
      if (typeof subject === 'string') return { kind: 'error', message: subject };
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      const result = await run(token, progress, async (signal, report) =>
        (await explainer()).tryIndex(subject, { ...(await timeout()), ...params }, { signal, progress: report }),
      );
      if (result.kind === 'trial' && (await service).setTrial(params.textDocument.uri, params.index, result.trial))
        foundMore();
      return result;
    },
  );
  connection.onRequest(
    new RequestType<ReadPlanParams, ReadPlanResult, void>(readPlanRequest),
    async ({ text }): Promise<ReadPlanResult> => (await import('../explain/planFile.ts')).readPlan(text, await parser),
  );
  connection.onRequest(new RequestType<ExplainTarget, string, void>(testConnectionRequest), (target, token) =>
    run(token, null, async (signal) => (await explainer()).testConnection(target, { signal })),
  );
  return { dispose: () => explain?.dispose() };
}

async function run<T>(
  token: CancellationToken,
  progress: WorkDoneProgressReporter | null,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort());
  progress?.begin('Explain');
  try {
    return await work(abort.signal, (message) => progress?.report(message));
  } finally {
    progress?.done();
    listener.dispose();
  }
}
