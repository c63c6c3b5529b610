/** `--format junit`: test results, which most CI services show. A file is a suite; each finding, or a file without one, a case. */
import { rangeOf } from '../features/place.ts';
import type { CheckedFile, Report } from './report.ts';

export const junitReport: Report = ({ files }, { inRepository }) => {
  const suites = files.map((file) => suite(file, inRepository(file)));
  const failures = files.reduce((sum, file) => sum + file.findings.length, 0);
  const tests = files.reduce((sum, file) => sum + Math.max(1, file.findings.length), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pgreview" tests="${tests}" failures="${failures}" errors="0">`,
    ...suites,
    '</testsuites>\n',
  ].join('\n');
};

function suite(file: CheckedFile, path: string): string {
  const { findings, refused } = file;
  const skipped = refused === null ? 0 : 1;
  const open = `  <testsuite name="${xml(path)}" tests="${Math.max(1, findings.length)}" failures="${findings.length}" errors="0" skipped="${skipped}">`;
  const cases = findings.map(({ finding, range, severity }) => {
    const { start } = rangeOf(file.document, range);
    const at = `${path}:${start.line + 1}:${start.character + 1}`;
    return [
      `    <testcase name="${xml(`${finding.rule} at line ${start.line + 1}`)}" classname="${xml(path)}">`,
      `      <failure type="${severity}" message="${xml(finding.message)}">${xml(`${at}\n${finding.help}`)}</failure>`,
      '    </testcase>',
    ].join('\n');
  });
  if (refused !== null)
    cases.push(`    <testcase name="review" classname="${xml(path)}"><skipped message="${xml(refused)}"/></testcase>`);
  else if (cases.length === 0) cases.push(`    <testcase name="review" classname="${xml(path)}"/>`);
  return [open, ...cases, '  </testsuite>'].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Control characters cannot be written in XML. */
const xml = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '\ufffd').replace(/[&<>"\n]/g, (c) => entities[c] as string);
