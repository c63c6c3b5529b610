/** Ctrl-C on the command line: what runs in a database is ended before the program. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts the work at the first of these signals, and ends by that signal once the work has ended; at the second one at once.
 * @returns what the work returns
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    received = signal;
    forget();
    abort.abort();
  };
  const forget = (): void => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(abort.signal);
  } finally {
    forget();
    // so that a shell sees what ended it
    if (received) process.kill(process.pid, received);
  }
}
