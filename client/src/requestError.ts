// What a request that failed has to say to the user.

/** JSON-RPC's codes for a connection that went away while, or before, a request was on its way. */
const connectionLost = new Set([-32097, -32096]);

/** The server's own sentence, without the words that JSON-RPC puts before what a handler has thrown. */
export function requestErrorMessage(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code === 'number' && connectionLost.has(code))
    return 'the language server stopped before it could answer; try once more.';
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Request \S+ failed with message: /, '');
}
