// Trying an index that a plan's finding proposes.
import { type CancellationToken, type Memento, ProgressLocation, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { formatBytes, formatCount } from '../../server/src/explain/shown/format.ts';
import { type TryIndexParams, type TryIndexResult, tryIndexRequest } from '../../server/src/protocol.ts';
import type { Connections } from './connections.ts';
import { askParameters } from './explainParameters.ts';
import type { TryIndex } from './planView.ts';
import { requestErrorMessage } from './requestError.ts';

/**
 * On a server the user is asked before the index is made: whoever writes to the table waits meanwhile.
 * @param memory remembers the parameters' values
 */
export function indexTrials(client: LanguageClient, connections: Connections, memory: Memento): TryIndex {
  return async ({ source }, range, index, really) => {
    if (!source) return null;
    const target = await connections.target();
    const on = `${index.table} (${index.keys.join(', ')})`;
    let params: TryIndexParams = { textDocument: { uri: source.uri }, range, target, index, really };
    for (;;) {
      const result = await send(client, `Trying an index on ${on}`, params);
      switch (result?.kind) {
        case 'trial':
          return result;
        case 'confirm': {
          const server = target.kind === 'connection' ? target.name : 'the embedded Postgres';
          if (params.confirmed || !(await agreed(on, server, result))) return null;
          params = { ...params, confirmed: true };
          break;
        }
        case 'parameters': {
          const parameters = params.parameters ? null : await askParameters(memory, source.uri, result.parameters);
          if (parameters === null) return null;
          params = { ...params, parameters };
          break;
        }
        case 'error':
          void window.showErrorMessage(`The index was not tried: ${result.message}`);
          return null;
        default:
          return null;
      }
    }
  };
}

/** Null when it was cancelled. */
async function send(client: LanguageClient, title: string, params: TryIndexParams): Promise<TryIndexResult | null> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_, token: CancellationToken): Promise<TryIndexResult | null> => {
      try {
        return await client.sendRequest<TryIndexResult>(tryIndexRequest, params, token);
      } catch (error) {
        return token.isCancellationRequested ? null : { kind: 'error', message: requestErrorMessage(error) };
      }
    },
  );
}

type Question = Extract<TryIndexResult, { kind: 'confirm' }>;

async function agreed(on: string, server: string, { table, bytes, rows, isLarge }: Question): Promise<boolean> {
  const make = isLarge ? 'Make It All the Same' : 'Make and Roll Back';
  const size =
    bytes === null
      ? ''
      : `${table} takes ${formatBytes(bytes)}${rows === null ? '' : ` (about ${formatCount(rows)} rows)`}. `;
  const time = isLarge ? 'Making the index reads all of it, which may take minutes. ' : '';
  const answer = await window.showWarningMessage(
    `Make an index on ${on} on ${server}, to see what it does for the statement?`,
    {
      modal: true,
      detail: `${size}${time}It is made in a transaction that is rolled back, and a statement that only reads is run without and with it. Meanwhile nobody can write to the table (SHARE lock). If the lock is not to be had within 5 s, or a step takes longer than the statement timeout, all is given up. What stays is Postgres’s count of the table’s rows, as after VACUUM.`,
    },
    make,
  );
  return answer === make;
}
