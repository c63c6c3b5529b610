// Keeps passwords out of logs.

/** The text of a logged message with every password in its JSON blanked. */
export function withoutPasswords(text: string): string {
  return text.replace(/("password"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"…"');
}
