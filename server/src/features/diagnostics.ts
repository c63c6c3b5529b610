/** Findings as LSP diagnostics. */

import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { type Configuration, severityOf } from '../configuration.ts';
import type { FileReview, PlacedFinding } from '../document.ts';
import type { Severity } from '../rules/rule.ts';
import type { LineDocument } from '../text/text.ts';
import { rangeOf } from './place.ts';
import { ruleUrl } from './ruleUrl.ts';

/** More than these in one file help nobody; the most severe are shown, and of those the nearest to where one is typing. */
const maxDiagnostics = 500;

const order: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export type DocumentOf = (uri: string) => LineDocument | null;

export interface ShownFinding extends PlacedFinding {
  readonly severity: Severity;
}

/** What is left after the settings: rules that are off are out, severities are the user's. */
export function shownFindings(review: FileReview, configuration: Configuration): ShownFinding[] {
  return review.findings.flatMap((placed) => {
    const severity = severityOf(placed.finding.rule, placed.finding.severity, configuration);
    return severity === null ? [] : [{ ...placed, severity }];
  });
}

/**
 * @param near offset of the last edit
 * @param documentOf for places in other files; null for a file that is not known
 */
export function diagnosticsOf(
  document: LineDocument,
  review: FileReview,
  configuration: Configuration,
  near = 0,
  documentOf: DocumentOf = () => null,
): Diagnostic[] {
  const all = shownFindings(review, configuration);
  if (all.length <= maxDiagnostics) return all.map((placed) => toDiagnostic(document, placed, documentOf));
  const distance = ({ range }: ShownFinding): number => Math.abs(range.start - near);
  const shown = [...all]
    .sort((a, b) => order[a.severity] - order[b.severity] || distance(a) - distance(b))
    .slice(0, maxDiagnostics)
    .sort((a, b) => a.range.start - b.range.start);
  const more: Diagnostic = {
    range: rangeOf(document, { start: 0, end: 0 }),
    severity: DiagnosticSeverity.Information,
    source: 'pgreview',
    code: 'more-findings',
    message: `${all.length - maxDiagnostics} more findings in this file are not shown: first come the most severe, then those nearest to the last edit.`,
  };
  return [more, ...shown.map((placed) => toDiagnostic(document, placed, documentOf))];
}

/** A file that is not reviewed says so on its first line. */
export function refusalDiagnostic(message: string): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Information,
    source: 'pgreview',
    message,
  };
}

function toDiagnostic(
  document: LineDocument,
  { finding, range, severity, related }: ShownFinding,
  documentOf: DocumentOf,
): Diagnostic {
  const url = ruleUrl(finding.rule);
  const relatedInformation = related.flatMap(({ uri, range, message }) => {
    const where = uri === document.uri || uri === '' ? document : documentOf(uri);
    return where ? [{ location: { uri: where.uri, range: rangeOf(where, range) }, message }] : [];
  });
  return {
    range: rangeOf(document, range),
    severity: order[severity],
    source: 'pgreview',
    code: finding.rule,
    ...(url ? { codeDescription: { href: url } } : {}),
    message: finding.help ? `${finding.message}\n${finding.help}` : finding.message,
    ...(relatedInformation.length > 0 ? { relatedInformation } : {}),
  };
}
