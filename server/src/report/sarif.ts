/** `--format sarif`: SARIF 2.1.0, for GitHub's code scanning and other services. */
import { rangeOf } from '../features/place.ts';
import { ruleSource } from '../features/ruleUrl.ts';
import type { CheckedFile, Report } from './report.ts';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

export const sarifReport: Report = ({ files }, { inRepository, version }) => {
  const ids = [...new Set(files.flatMap((file) => file.findings.map((f) => f.finding.rule)))].sort();
  const rules = ids.map((id) => {
    const url = ruleSource(id);
    return { id, ...(url === null ? {} : { helpUri: url }) };
  });
  const results = files.flatMap((file) =>
    file.findings.map(({ finding, range, severity }) => {
      const { start, end } = rangeOf(file.document, range);
      const region = {
        startLine: start.line + 1,
        startColumn: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
      };
      return {
        ruleId: finding.rule,
        ruleIndex: ids.indexOf(finding.rule),
        level: levels[severity],
        message: { text: `${finding.message} ${finding.help}`.trim() },
        locations: [{ physicalLocation: { artifactLocation: locationOf(file, inRepository), region } }],
      };
    }),
  );
  const notifications = files
    .filter((file) => file.refused !== null)
    .map((file) => ({
      level: 'note',
      message: { text: file.refused },
      locations: [{ physicalLocation: { artifactLocation: locationOf(file, inRepository) } }],
    }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pgreview', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

/** As a URI relative to the repository. */
const locationOf = (file: CheckedFile, inRepository: (file: CheckedFile) => string): { uri: string } => ({
  uri: inRepository(file).split('/').map(encodeURIComponent).join('/'),
});
