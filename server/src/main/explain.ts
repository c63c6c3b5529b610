/** `pgreview/explain` and `pgreview/testConnection`: from the protocol to the explain service. */
import {
  type CancellationToken,
  type Connection,
  RequestType,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import type { ExplainService } from '../explain/explainService.ts';
import type { LanguageService } from '../languageService.ts';
import {
  type ExplainParams,
  type ExplainResult,
  type ExplainTarget,
  explainRequest,
  type ReadPlanParams,
  type ReadPlanResult,
  readPlanRequest,
  testConnectionRequest,
} from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';

export function connectExplain(
  connection: Connection,
  parser: Promise<Parser>,
  service: Promise<LanguageService>,
  scanned: Promise<void>,
  beforeEmbedded: () => void,
): { dispose(): void } {
  let explain: ExplainService | null = null;
  const explainer = async (): Promise<ExplainService> => {
    // most sessions explain nothing: its code is not even loaded
    const { createExplainService } = await import('./explainService.ts');
    explain ??= createExplainService(await parser);
    return explain;
  };

  connection.onRequest(
    new RequestType<ExplainParams, ExplainResult, void>(explainRequest),
    async (params, token): Promise<ExplainResult> => {
      const s = await service;
      // without the migrations every table would be unknown
      await scanned;
      if (params.target.kind === 'embedded' && s.configuration.database === 'off')
        return {
          kind: 'error',
          message: 'The embedded Postgres is switched off (pgreview.database): choose a connection, or switch it on.',
        };
      const subject = s.explainSubject(params.textDocument.uri, params.range);
      if (typeof subject === 'string') return { kind: 'error', message: subject };
      // one embedded Postgres is enough for a machine
      if (params.target.kind === 'embedded') beforeEmbedded();
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      return run(token, progress, async (signal, report) =>
        (await explainer()).explain(
          subject,
          { statementTimeoutMs: s.configuration.statementTimeout, ...params },
          { signal, progress: report },
        ),
      );
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
