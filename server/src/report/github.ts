/** `--format github`: commands for GitHub Actions, which shows them beside the lines of a pull request. */
import { rangeOf } from '../features/place.ts';
import { summaryOf } from './pretty.ts';
import type { Report } from './report.ts';

const levels = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

export const githubReport: Report = (result, { inRepository }) => {
  const lines = result.files.flatMap((file) => {
    const path = inRepository(file);
    const refused = file.refused === null ? [] : [`::notice ${properties({ file: path })}::${data(file.refused)}`];
    const findings = file.findings.map(({ finding, range, severity }) => {
      const { start, end } = rangeOf(file.document, range);
      // columns are for one line only
      const until: Readonly<Record<string, number>> =
        start.line === end.line ? { col: start.character + 1, endColumn: end.character } : { endLine: end.line + 1 };
      const place = { file: path, line: start.line + 1, ...until, title: `pgreview: ${finding.rule}` };
      return `::${levels[severity]} ${properties(place)}::${data(`${finding.message}\n${finding.help}`.trim())}`;
    });
    return [...refused, ...findings];
  });
  return [...lines, summaryOf(result)].join('\n');
};

const properties = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${data(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`)
    .join(',');

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
