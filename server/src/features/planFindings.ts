/** What plans of a file's statements have shown, as diagnostics, while the statements' text is what was explained. */
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver-types';
import { sameValue } from '../catalog/sameValue.ts';
import { trialText } from '../explain/shown/trial.ts';
import {
  clearPlanFindingsCommand,
  type IndexProposal,
  type IndexTrial,
  type PlanFinding,
  type PlanReport,
  showPlanCommand,
  tryPlanIndexCommand,
  writeIndexCommand,
} from '../protocol.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Span } from '../syntax/tokens.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState } from '../workspace.ts';
import { rangeOf } from './place.ts';
import { planPage } from './ruleUrl.ts';
import { statementAt } from './statementAt.ts';

interface KeptPlan {
  /** Of the statement, without the comments before it. */
  readonly body: string;
  /** Which of the file's statements of that text, where there are several. */
  readonly ordinal: number;
  /** As the report has it: tells the client which plan is meant. */
  readonly sql: string;
  readonly findings: readonly KeptFinding[];
}

interface KeptFinding {
  readonly finding: PlanFinding;
  /** Its place in the report's findings. */
  readonly place: number;
  /** From the body's beginning on. */
  readonly span: Span;
}

interface PlacedFinding extends KeptFinding {
  readonly sql: string;
  /** UTF-16 offsets into the file. */
  readonly range: Span;
}

/** Takes what a plan has shown. @returns whether other diagnostics come of it */
export type KeepPlan = (report: PlanReport) => boolean;

/** Of one file: the plans of so many statements are kept. */
const mostKept = 50;

export class PlanFindings {
  readonly #byFile = new Map<string, readonly KeptPlan[]>();

  /**
   * The statement as it stands now, for a plan that comes later: meanwhile it may be edited.
   * @param range of the file, as the plan is asked for
   */
  keeper(uri: string, document: LineDocument, file: FileState, range: Range): KeepPlan {
    const at = statementAt(file, document.offsetAt(range.start));
    if (!at) return () => false;
    const { piece, statement } = at;
    const start = at.start + statement.bodyStart;
    const { body } = statement;
    const alike = placesOf(new Set([body]), file).get(body) ?? [];
    const ordinal = alike.findIndex((same) => same.piece === piece && same.start === start);
    const spanOf = (of: Range | null | undefined): Span => {
      const from = of ? piece.map.fromFile(document.offsetAt(of.start)) : null;
      const to = of ? piece.map.fromFile(document.offsetAt(of.end)) : null;
      // where no text is known, the statement's first word
      if (from === null || to === null || from < start) return { start: 0, end: /^\w*/.exec(body)?.[0].length ?? 0 };
      return { start: from - start, end: Math.max(to, from) - start };
    };
    return (report) => {
      if (!report.analyzed) return false;
      const findings = report.findings.map((finding, place) => ({
        finding,
        place,
        span: spanOf(report.nodes[finding.node]?.range),
      }));
      const kept = this.#byFile.get(uri) ?? [];
      const others = kept.filter((plan) => plan.body !== body || plan.ordinal !== ordinal);
      if (findings.length === 0 && others.length === kept.length) return false;
      const own = findings.length > 0 ? [{ body, ordinal, sql: report.sql, findings }] : [];
      this.#byFile.set(uri, [...own, ...others].slice(0, mostKept));
      return true;
    };
  }

  /** Takes what came of trying an index that a plan of the file proposes. @returns whether other diagnostics come of it */
  tried(uri: string, index: IndexProposal, trial: IndexTrial): boolean {
    let isKnown = false;
    const plans = (this.#byFile.get(uri) ?? []).map((plan) => ({
      ...plan,
      findings: plan.findings.map((kept) => {
        if (!sameValue(kept.finding.index, index)) return kept;
        isKnown = true;
        return { ...kept, finding: { ...kept.finding, trial } };
      }),
    }));
    if (isKnown) this.#byFile.set(uri, plans);
    return isKnown;
  }

  /** @returns whether there were any */
  clear(uri: string): boolean {
    return this.#byFile.delete(uri);
  }

  /** Those of statements whose text is still what was explained. */
  placed(uri: string, file: FileState): PlacedFinding[] {
    const plans = this.#byFile.get(uri) ?? [];
    if (plans.length === 0) return [];
    const places = placesOf(new Set(plans.map(({ body }) => body)), file);
    return plans.flatMap(({ body, ordinal, sql, findings }) => {
      const at = places.get(body)?.[ordinal];
      if (!at) return [];
      return findings.map((kept) => ({
        ...kept,
        sql,
        range: at.piece.map.toRange(at.start + kept.span.start, at.start + kept.span.end),
      }));
    });
  }
}

interface BodyPlace {
  readonly piece: FileState['pieces'][number];
  /** Of the body in its piece. */
  readonly start: number;
}

/** The statements with these bodies, in the file's order. Asked on each key: most are told apart without making a string. */
function placesOf(bodies: ReadonlySet<string>, { pieces }: FileState): Map<string, BodyPlace[]> {
  const lengths = new Set([...bodies].map((body) => body.length));
  const found = new Map<string, BodyPlace[]>();
  for (const piece of pieces) {
    const { statements, starts } = piece.sql;
    for (let i = 0; i < statements.length; i++) {
      const statement = statements[i] as Statement;
      if (!lengths.has(statement.bodyEnd - statement.bodyStart) || !bodies.has(statement.body)) continue;
      const place = { piece, start: (starts[i] as number) + statement.bodyStart };
      const known = found.get(statement.body);
      if (known) known.push(place);
      else found.set(statement.body, [place]);
    }
  }
  return found;
}

export const planSource = 'pgreview explain';

/** Advice is no verdict on the text: it never is an error or a warning. */
const severities = {
  warning: DiagnosticSeverity.Information,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export const planDiagnostics = (document: LineDocument, placed: readonly PlacedFinding[]): Diagnostic[] =>
  placed.map(({ finding, range }) => {
    const page = planPage(finding.code);
    return {
      range: rangeOf(document, range),
      severity: severities[finding.severity],
      source: planSource,
      code: finding.code,
      ...(page === null ? {} : { codeDescription: { href: page } }),
      message: [finding.message, finding.help, ...(finding.trial ? [`Tried: ${trialText(finding.trial)}.`] : [])].join(
        '\n',
      ),
    };
  });

/** @param showsPlans whether the client has commands that show a plan it was given */
export function planActions(
  uri: string,
  document: LineDocument,
  placed: readonly PlacedFinding[],
  range: Range,
  only: readonly string[] | undefined,
  showsPlans: boolean,
): CodeAction[] {
  const kind = CodeActionKind.QuickFix;
  if (only && !only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`))) return [];
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return placed
    .filter(({ range: at }) => at.start <= to && at.end >= from)
    .flatMap((found) => {
      const { finding, place, sql } = found;
      const action = (title: string, command: string, ...args: unknown[]): CodeAction => ({
        title,
        kind,
        diagnostics: planDiagnostics(document, [found]),
        command: { title, command, arguments: args },
      });
      return [
        ...(showsPlans ? [action('Show in the plan', showPlanCommand, uri, sql, place)] : []),
        ...(finding.index && showsPlans ? [action('Try the index', tryPlanIndexCommand, uri, sql, place)] : []),
        ...(finding.index ? [action('Write the index as a migration', writeIndexCommand, uri, finding.index)] : []),
        action('Clear what plans have shown in this file', clearPlanFindingsCommand, uri),
      ];
    });
}
