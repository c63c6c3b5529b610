// Explain Query: from the editor's statement to a plan in the panel, with the questions that come between.
import { randomUUID } from 'node:crypto';
import { type CancellationToken, type Memento, type Progress, ProgressLocation, Uri, window, workspace } from 'vscode';
import { type LanguageClient, WorkDoneProgress } from 'vscode-languageclient/node';
import type { Range as ProtocolRange } from 'vscode-languageserver-types';
import {
  type ExplainParams,
  type ExplainResult,
  type ExplainTarget,
  explainRequest,
  type PlanReport,
  type QueryParameter,
} from '../../server/src/protocol.ts';
import { chooseConnection } from './connectionCommands.ts';
import type { Connections } from './connections.ts';
import type { HowToExplain } from './explainChoices.ts';
import { explainedText } from './explainedText.ts';
import type { ExplainPanel } from './explainPanel.ts';
import { askParameters, type ParameterValues } from './explainParameters.ts';
import type { PlanHistory } from './planHistory.ts';
import { requestErrorMessage } from './requestError.ts';
import { select, toRange } from './revealRange.ts';

export interface ExplainHost {
  readonly client: LanguageClient;
  readonly connections: Connections;
  readonly panel: ExplainPanel;
  readonly history: PlanHistory;
  /** Remembers the parameter values that were typed last. */
  readonly memory: Memento;
}

/**
 * Explains the selection or the statement under the cursor; a code lens says which with `uri` and `range`.
 */
export async function explain(
  host: ExplainHost,
  how: HowToExplain,
  uri?: string | Uri,
  range?: ProtocolRange,
): Promise<void> {
  const source = await findSource(uri, range);
  if (source === null) {
    void window.showInformationMessage('Open a SQL or Python file and put the cursor into a query to explain it.');
    return;
  }
  const report = await requestPlan(host, source, how);
  if (report === null) return;
  const { uri: file, range: shown } = report.source ?? { uri: source.uri.toString(), range: source.range };
  const document = await workspace.openTextDocument(Uri.parse(file));
  host.panel.show(report, explainedText(document, toRange(shown)));
  await host.history.keep(report);
}

interface Source {
  readonly uri: Uri;
  readonly range: ProtocolRange;
}

async function findSource(uri?: string | Uri, range?: ProtocolRange): Promise<Source | null> {
  // The editor's context menu passes the file's Uri alone; a code lens passes text and range.
  if (uri !== undefined && range !== undefined) {
    const document = await workspace.openTextDocument(typeof uri === 'string' ? Uri.parse(uri) : uri);
    return { uri: document.uri, range };
  }
  const editor = window.activeTextEditor;
  if (editor === undefined) return null;
  const { start, end } = editor.selection;
  return {
    uri: editor.document.uri,
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
  };
}

/** Sends the request, answers its questions, and sends it again; null when it was cancelled or has failed (and said so). */
async function requestPlan(host: ExplainHost, source: Source, how: HowToExplain): Promise<PlanReport | null> {
  let confirmed = false;
  let parameters: ParameterValues | undefined;
  for (;;) {
    const params: ExplainParams = {
      textDocument: { uri: host.client.code2ProtocolConverter.asUri(source.uri) },
      range: source.range,
      ...how,
      target: await host.connections.target(),
      ...(confirmed ? { confirmed } : {}),
      ...(parameters === undefined ? {} : { parameters }),
    };
    const result = await send(host, params);
    if (result === null) return null;
    switch (result.kind) {
      case 'plan':
        return result.report;
      case 'confirm':
        if (confirmed || !(await confirm(result.reason, params.target))) return null;
        confirmed = true;
        break;
      case 'parameters': {
        const open = missing(result.parameters, parameters);
        if (open.length === 0) {
          void window.showErrorMessage('The query was not explained: its parameters could not be matched to values.');
          return null;
        }
        const answers = await askParameters(host.memory, source.uri.toString(), open);
        if (answers === null) return null;
        parameters = { ...parameters, ...answers };
        break;
      }
      case 'error':
        await showProblem(host, source.uri, result.message, result.range);
        return null;
    }
  }
}

function missing(asked: readonly QueryParameter[], given: ParameterValues | undefined): readonly QueryParameter[] {
  return given === undefined ? asked : asked.filter(({ name }) => !Object.hasOwn(given, name));
}

async function send(host: ExplainHost, params: ExplainParams): Promise<ExplainResult | null> {
  const title = `${params.analyze ? 'Running' : 'Planning'} the query on ${nameOf(params.target)}`;
  const request = async (token: CancellationToken, progress: Progress<{ message?: string }>) => {
    const workDoneToken = randomUUID();
    const listener = host.client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
      if (step.kind !== 'end' && step.message !== undefined) progress.report({ message: step.message });
    });
    try {
      return await host.client.sendRequest<ExplainResult>(explainRequest, { ...params, workDoneToken }, token);
    } catch (error) {
      if (token.isCancellationRequested) return null;
      return { kind: 'error' as const, message: requestErrorMessage(error) };
    } finally {
      listener.dispose();
    }
  };
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const cancelled = new Promise<null>((resolve) => {
        token.onCancellationRequested(() => resolve(null));
      });
      // The notification goes at once; the server stops the statement in its own time.
      return Promise.race([request(token, progress), cancelled]);
    },
  );
}

function nameOf(target: ExplainTarget): string {
  return target.kind === 'embedded' ? 'the embedded Postgres' : target.name;
}

async function confirm(reason: string, target: ExplainTarget): Promise<boolean> {
  const run = 'Run and Roll Back';
  const answer = await window.showWarningMessage(
    `Run this statement on ${nameOf(target)} to measure it?`,
    { modal: true, detail: reason },
    run,
  );
  return answer === run;
}

async function showProblem(host: ExplainHost, uri: Uri, message: string, range?: ProtocolRange): Promise<void> {
  if (range !== undefined) await select(uri, toRange(range));
  const choose = 'Choose Database…';
  const answer = await window.showErrorMessage(`Explain: ${message}`, choose);
  if (answer === choose) await chooseConnection(host.connections, host.client);
}
