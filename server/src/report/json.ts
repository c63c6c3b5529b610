/** `--format json`, the stable contract: positions are LSP's (0-based lines, UTF-16 characters). */
import { changesOf } from '../features/fixChanges.ts';
import { titleOf } from '../features/hostFix.ts';
import { rangeOf } from '../features/place.ts';
import { ruleSource } from '../features/ruleUrl.ts';
import type { Report } from './report.ts';

const severities = { error: 'error', warning: 'warning', information: 'info', hint: 'hint' } as const;

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export const jsonReport: Report = ({ files, created }) => {
  const diagnostics = files.flatMap(({ path, document, findings, refused, place }) => [
    ...(refused === null
      ? []
      : [
          {
            file: path,
            range: rangeOf(document, { start: 0, end: 0 }),
            severity: 'info',
            code: 'not-reviewed',
            message: refused,
            help: '',
            url: null,
            fixes: [],
          },
        ]),
    ...findings.map((placed) => ({
      file: path,
      range: rangeOf(document, placed.range),
      severity: severities[placed.severity],
      code: placed.finding.rule,
      message: placed.finding.message,
      help: placed.finding.help,
      url: ruleSource(placed.finding.rule),
      fixes: placed.finding.fixes.flatMap((fix) => {
        const changes = changesOf(document, placed, fix, place);
        if (!changes) return [];
        const edits = changes.edits.map((e) => ({ file: path, range: e.range, newText: e.newText }));
        // a file that is not there yet is all new text at its top
        const others = [...changes.elsewhere, ...changes.created].map(({ uri, text }) => ({
          file: pathOf(uri, document.uri, path),
          range: top,
          newText: text,
        }));
        return [{ title: titleOf(document.uri, fix), edits: [...edits, ...others] }];
      }),
    })),
  ]);
  const statements = files.reduce((n, f) => n + f.statements, 0);
  const summary = { files: files.length, statements, diagnostics, ...(created.length > 0 ? { created } : {}) };
  return `${JSON.stringify(summary, null, 2)}\n`;
};

/** The path of another file of the same history, named as this one is: relative to the same folder. */
function pathOf(uri: string, beside: string, path: string): string {
  const up = beside.split('/');
  const to = uri.split('/').map(decodeURIComponent);
  let same = 0;
  while (same < up.length - 1 && decodeURIComponent(up[same] as string) === to[same]) same++;
  const kept = path.split(/[\\/]/).slice(0, same - up.length || undefined);
  return [...kept, ...to.slice(same)].join('/');
}
