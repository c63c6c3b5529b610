/** `--format gitlab`: a Code Quality report, which GitLab shows in a merge request. */
import { rangeOf } from '../features/place.ts';
import { hashOf } from '../syntax/guardedParser.ts';
import type { Report } from './report.ts';

const severities = { error: 'critical', warning: 'major', information: 'minor', hint: 'info' } as const;

export const gitlabReport: Report = ({ files }, { inRepository }) => {
  const seen = new Map<string, number>();
  const issues = files.flatMap((file) => {
    const path = inRepository(file);
    return file.findings.map(({ finding, range, severity }) => {
      const { start, end } = rangeOf(file.document, range);
      // without its line: what was found stays the same when text moves
      const what = `${path}\n${finding.rule}\n${finding.message}`;
      const before = seen.get(what) ?? 0;
      seen.set(what, before + 1);
      return {
        description: `${finding.message} ${finding.help}`.trim(),
        check_name: finding.rule,
        fingerprint: `${hex(hashOf(what))}${hex(hashOf(`${before}\n${what}`))}`,
        severity: severities[severity],
        location: { path, lines: { begin: start.line + 1, end: end.line + 1 } },
      };
    });
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
};

const hex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');
