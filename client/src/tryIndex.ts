// Trying an index that a plan's finding proposes.
import { type CancellationToken, ProgressLocation, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type TryIndexParams, type TryIndexResult, tryIndexRequest } from '../../server/src/protocol.ts';
import type { Connections } from './connections.ts';
import type { TryIndex } from './planView.ts';
import { requestErrorMessage } from './requestError.ts';

/** On a server the user is asked first: whoever writes to the table waits while the index is made. */
export function indexTrials(client: LanguageClient, connections: Connections): TryIndex {
  return async ({ source }, range, index) => {
    if (!source) return null;
    const target = await connections.target();
    const on = `${index.table} (${index.keys.join(', ')})`;
    if (target.kind === 'connection' && !(await agreed(on, target.name))) return null;
    const params: TryIndexParams = { textDocument: { uri: source.uri }, range, target, index };
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, title: `Trying an index on ${on}`, cancellable: true },
      async (_, token: CancellationToken): Promise<TryIndexResult | null> => {
        try {
          return await client.sendRequest<TryIndexResult>(tryIndexRequest, params, token);
        } catch (error) {
          return token.isCancellationRequested ? null : { kind: 'error', message: requestErrorMessage(error) };
        }
      },
    );
    if (result?.kind === 'trial') return result.trial;
    if (result) void window.showErrorMessage(`The index was not tried: ${result.message}`);
    return null;
  };
}

async function agreed(on: string, server: string): Promise<boolean> {
  const make = 'Make and Roll Back';
  const answer = await window.showWarningMessage(
    `Make an index on ${on} on ${server}, to see what the planner does with it?`,
    {
      modal: true,
      detail:
        'It is made in a transaction that is rolled back. Until then nobody can write to the table: on a large table that may take minutes. The statement timeout ends it.',
    },
    make,
  );
  return answer === make;
}
