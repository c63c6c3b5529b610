/** For people at a terminal: the place, the line with the words marked, what is wrong and what to do. */
import type { ShownFinding } from '../features/diagnostics.ts';
import { changesOf } from '../features/fixChanges.ts';
import { titleOf } from '../features/hostFix.ts';
import { excerptOf } from './excerpt.ts';
import { printable } from './printable.ts';
import type { CheckedFile, CheckResult, Report } from './report.ts';

const codes = { error: 31, warning: 33, information: 36, hint: 90, dim: 2, bold: 1 } as const;
const names = { error: 'error', warning: 'warning', information: 'info', hint: 'hint' } as const;

export const prettyReport: Report = ({ files, fixed, created }, { color }) => {
  const paint = (style: keyof typeof codes, text: string): string =>
    color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
  const parts: string[] = [];
  for (const file of files) {
    if (file.refused !== null)
      parts.push(`${printable(file.path)}\n  ${paint('information', 'info')} ${file.refused}\n`);
    for (const finding of file.findings) parts.push(one(file, finding, paint));
  }
  for (const path of created) parts.push(`${paint('bold', printable(path))} ${paint('information', 'created')}\n`);
  parts.push(summary({ files, fixed }, paint));
  return parts.join('\n');
};

type Paint = (style: keyof typeof codes, text: string) => string;

function one({ path, document, place }: CheckedFile, placed: ShownFinding, paint: Paint): string {
  const { finding, range, severity } = placed;
  const start = document.positionAt(range.start);
  const end = document.positionAt(range.end);
  const line = document
    .getText({ start: { line: start.line, character: 0 }, end: { line: start.line + 1, character: 0 } })
    .replace(/[\r\n]+$/, '');
  const until = end.line === start.line ? Math.max(end.character, start.character + 1) : line.length;
  const number = String(start.line + 1);
  const gutter = ' '.repeat(number.length);
  const excerpt = excerptOf(line, start.character, until);
  const rows = [
    `${paint('bold', `${printable(path)}:${number}:${start.character + 1}`)} ${paint(severity, names[severity])} ${paint('dim', finding.rule)}`,
    `  ${paint('dim', `${number} |`)} ${excerpt.line}`,
    `  ${gutter} ${paint('dim', '|')} ${excerpt.lead}${paint(severity, excerpt.marks)}`,
    `  ${printable(finding.message)}`,
  ];
  if (finding.help) rows.push(`  ${finding.help.split('\n').map(printable).join('\n')}`);
  for (const { uri, range: other, message } of placed.related) {
    const at = document.positionAt(other.start);
    // of another file its name says enough
    const where = uri === document.uri || uri === '' ? `${at.line + 1}:${at.character + 1}` : nameOf(uri);
    rows.push(`  ${paint('dim', printable(where))} ${printable(message)}`);
  }
  const fix = finding.fixes.find((f) => changesOf(document, placed, f, place) !== null);
  if (fix) rows.push(`  ${paint('dim', `fix: ${printable(titleOf(document.uri, fix))}${fix.safe ? ' (--fix)' : ''}`)}`);
  return `${rows.join('\n')}\n`;
}

/** `20240101_init/migration.sql` */
const nameOf = (uri: string): string => decodeURIComponent(uri.split('/').slice(-2).join('/'));

/** How much was found, in one line without colours. */
export const summaryOf = (result: CheckResult): string => summary(result, (_, text) => text);

function summary({ files, fixed }: Pick<CheckResult, 'files' | 'fixed'>, paint: Paint): string {
  const all = files.flatMap((f) => f.findings);
  const count = (severity: ShownFinding['severity'], one: string, many = `${one}s`): string[] => {
    const n = all.filter((f) => f.severity === severity).length;
    return n === 0 ? [] : [paint(severity, `${n} ${n === 1 ? one : many}`)];
  };
  const found = [
    ...count('error', 'error'),
    ...count('warning', 'warning'),
    ...count('information', 'info', 'infos'),
    ...count('hint', 'hint'),
  ];
  const refused = files.filter((f) => f.refused !== null).length;
  const statements = files.reduce((n, f) => n + f.statements, 0);
  const read = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${statements} ${statements === 1 ? 'statement' : 'statements'}`;
  const unread = refused > 0 ? `; ${refused === 1 ? '1 file was' : `${refused} files were`} not reviewed` : '';
  const mended = fixed > 0 ? `${fixed} fixed, ` : '';
  return `${mended}${found.length > 0 ? found.join(', ') : 'nothing found'} in ${read}${unread}\n`;
}
