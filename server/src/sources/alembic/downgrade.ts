/** What is written in a revision's `downgrade()`. */
import type { BackwardCode } from '../source.ts';

const body = /^def downgrade\b[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n((?:[ \t]+[^\n]*(?:\n|$)|[ \t]*\r?\n|#[^\n]*\n)*)/m;

export function downgradeCode(text: string): BackwardCode {
  const written = body.exec(text)?.[1];
  if (written === undefined) return /^def downgrade\b/m.test(text) ? 'code' : 'absent';
  // an error that is raised is the answer to who wants to go back
  if (/^[ \t]+raise\b/m.test(written)) return 'explained';
  const statements = written
    .replace(/("""|''')[\s\S]*?\1/g, '')
    .replace(/#[^\n]*/g, '')
    .replace(/^[ \t]*(?:pass|return|\.\.\.)[ \t]*\r?$/gm, '')
    .trim();
  if (statements !== '') return 'code';
  return written.trim() === 'pass' ? 'empty' : 'explained';
}
