/** `--format json`, the stable contract: positions are LSP's (0-based lines, UTF-16 characters). */
import { editsOf, rangeOf } from '../features/place.ts';
import { ruleUrl } from '../features/ruleUrl.ts';
import type { Report } from './report.ts';

const severities = { error: 'error', warning: 'warning', information: 'info', hint: 'hint' } as const;

export const jsonReport: Report = ({ files }) => {
  const diagnostics = files.flatMap(({ path, document, findings, refused }) => [
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
      url: ruleUrl(placed.finding.rule),
      fixes: placed.finding.fixes.flatMap((fix) => {
        const edits = editsOf(document, placed, fix);
        return edits
          ? [{ title: fix.title, edits: edits.map((e) => ({ file: path, range: e.range, newText: e.newText })) }]
          : [];
      }),
    })),
  ]);
  return `${JSON.stringify({ files: files.length, statements: files.reduce((n, f) => n + f.statements, 0), diagnostics }, null, 2)}\n`;
};
