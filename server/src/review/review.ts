/** One statement's review: its syntax, and every rule on it together with the schema and session just before it runs. */
import type { Node } from '@pgsql/types';
import { apply } from '../catalog/apply.ts';
import { relationKey } from '../catalog/catalog.ts';
import { rangeVarKey } from '../catalog/names.ts';
import { Replay } from '../catalog/replay.ts';
import type { FinalSchema, SchemaReader, SchemaWriter } from '../catalog/schema.ts';
import type { Session, Wrapping } from '../catalog/session.ts';
import { strongLockOf } from '../facts/strongLock.ts';
import { rules } from '../rules/index.ts';
import type { ConclusionContext, Finding, Fix, Rule, RuleContext } from '../rules/rule.ts';
import { embeddedStatements } from '../syntax/bodies/embedded.ts';
import { bodyProblems } from '../syntax/bodies/problems.ts';
import type { Grammar } from '../syntax/grammars.ts';
import { Statement } from '../syntax/statement.ts';
import { type Span, Tokens } from '../syntax/tokens.ts';
import { commentsOf, silences, suppressionsIn } from './suppression.ts';
import { syntaxErrorId, syntaxFinding } from './syntaxFinding.ts';
import { isOlderSyntax, newerSyntax } from './targetVersion.ts';

export interface ReviewOptions {
  readonly targetVersion: number;
  /** False: only the schema is replayed. */
  readonly rules: boolean;
  /** Whether the file is a migration of a history that can be given new ones behind it; false when absent. */
  readonly takesFollowUps?: boolean;
  /** The grammars from the target version up to, but without, the newest; none when the target is the newest. */
  readonly grammars?: readonly Grammar[];
}

/** What stands between statements: the next piece of a file begins, run in its own wrapping. */
export interface Step {
  readonly wrapping: Wrapping;
  /** Keys of relations that the host language created before it. */
  readonly createdBefore: readonly string[];
}

/** Spans of the findings are offsets into the statement's text. */
export type Findings = readonly Finding[];

const none: Findings = [];

export function createReplay(options: ReviewOptions): Replay<Statement | Step, Findings> {
  return new Replay<Statement | Step, Findings>(
    (item, schema) => (item instanceof Statement ? examine(item, schema, options) : take(item, schema)),
    options.rules
      ? {
          concerns: (item) => item instanceof Statement && isConcluded(item),
          draw(item, after, session) {
            const findings = conclude(item as Statement, after, session, options);
            if (findings.length > 0) sessionOf.set(findings, session);
            return findings;
          },
        }
      : null,
  );
}

/** The session just before the statement of which these were concluded. */
export const sessionOf = new WeakMap<Findings, Session>();

const isConcluded = ({ parsed }: Statement): boolean =>
  parsed.kind === 'tree' && rulesFor(parsed.node, 'conclude').length > 0;

/** What the rules say of a statement once all statements have run. */
export function conclude(statement: Statement, after: FinalSchema, session: Session, options: ReviewOptions): Findings {
  if (statement.parsed.kind !== 'tree') return none;
  const { node } = statement.parsed;
  try {
    return unsilenced(statement, (subject, found) => {
      const context = Object.assign(contextOf(subject, options), { session, after });
      for (const rule of rulesFor(node, 'conclude'))
        rule.runConclusion(node, withReport<ConclusionContext>(context, rule, found));
    });
  } catch {
    // a tree too deep to walk: nothing is claimed
    return none;
  }
}

function take(step: Step, schema: SchemaWriter): Findings {
  if (schema.session.wrapping !== step.wrapping) schema.setSession({ wrapping: step.wrapping });
  for (const key of step.createdBefore) schema.markCreated(key, true);
  return none;
}

function examine(statement: Statement, schema: SchemaWriter, options: ReviewOptions): Findings {
  const { parsed } = statement;
  const { rules: judges, grammars = [] } = options;
  if (parsed.kind === 'error' && isOlderSyntax(statement, grammars)) return none;
  if (parsed.kind !== 'tree') {
    if (parsed.kind === 'error') markBrokenTable(statement, schema);
    return judges ? syntaxFindings(statement) : none;
  }
  let findings = none;
  try {
    if (judges) {
      const newer = newerSyntax(statement, grammars, statement.parser);
      const own = newer ? [...syntaxFindings(statement), newer] : syntaxFindings(statement);
      const ruled = runRules(statement, parsed.node, schema, options);
      findings = own.length === 0 ? ruled : ruled.length === 0 ? own : [...own, ...ruled];
    }
    if ('DoStmt' in parsed.node) findings = [...findings, ...examineDo(statement, schema, options)];
    else run(parsed.node, schema);
  } catch {
    // a tree too deep to walk: nothing is claimed, and what it changes is not known
  }
  return findings;
}

const ofSyntax = new WeakMap<Statement, Findings>();

/** What is wrong with the statement by itself, whatever it runs on. */
export function syntaxFindings(statement: Statement): Findings {
  const { parsed } = statement;
  if (parsed.kind === 'none' && statement.terminated) return none;
  if (parsed.kind === 'tree' && !('CreateFunctionStmt' in parsed.node || 'DoStmt' in parsed.node)) return none;
  let findings = ofSyntax.get(statement);
  if (!findings) {
    if (parsed.kind === 'tree')
      findings = bodyProblems(statement, statement.parser).map((mistake) => ({
        rule: syntaxErrorId,
        severity: 'error',
        ...mistake,
      }));
    else {
      const finding = syntaxFinding(statement);
      findings = finding ? [finding] : none;
    }
    ofSyntax.set(statement, findings);
  }
  return findings;
}

const runRules = (statement: Statement, node: Node, schema: SchemaReader, options: ReviewOptions): Findings =>
  unsilenced(statement, (subject, found) => judge(subject, node, schema, options, found));

interface Subject {
  readonly text: string;
  readonly body: Span;
}

/** The findings of `look`, without those that a comment at the statement silences. */
function unsilenced(
  statement: Statement,
  look: (subject: Subject, found: (finding: Finding) => void) => void,
): Findings {
  const findings: Finding[] = [];
  look({ text: statement.text, body: { start: statement.bodyStart, end: statement.bodyEnd } }, (f) => findings.push(f));
  if (findings.length === 0) return none;
  const suppressed = suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement;
  return suppressed.length === 0 ? findings : findings.filter((f) => !silences(suppressed, f.rule));
}

/** Every rule on one statement of `text`; spans are offsets into that. */
function judge(
  subject: Subject,
  node: Node,
  schema: SchemaReader,
  options: ReviewOptions,
  found: (finding: Finding) => void,
): void {
  const context = Object.assign(contextOf(subject, options), { before: schema });
  for (const rule of rulesFor(node, 'check')) rule.run(node, withReport<RuleContext>(context, rule, found));
}

function contextOf({ text, body }: Subject, options: ReviewOptions): Omit<RuleContext, 'report' | 'before'> {
  let tokens: Tokens | null = null;
  return {
    text,
    // most rules are content with the tree
    get tokens() {
      tokens ??= new Tokens(text, body.start, body.end);
      return tokens;
    },
    body,
    targetVersion: options.targetVersion,
    takesFollowUps: options.takesFollowUps ?? false,
  };
}

function withReport<C extends Pick<RuleContext, 'report'>>(
  context: Omit<C, 'report'>,
  rule: Rule,
  found: (finding: Finding) => void,
): C {
  const report: RuleContext['report'] = (span, message, help, fixes: readonly Fix[] = [], more = {}) =>
    found({
      rule: rule.id,
      severity: more.severity ?? rule.severity,
      span,
      message,
      help,
      fixes,
      ...(more.related ? { related: more.related } : {}),
    });
  return Object.assign(Object.create(context), { report }) as C;
}

/**
 * The statements that a DO block runs: judged and replayed as part of its transaction, as if every branch was taken.
 * Nothing is claimed about transactions there, and no fix is offered: what can be done depends on the code around it.
 */
function examineDo(statement: Statement, schema: SchemaWriter, options: ReviewOptions): Findings {
  const findings: Finding[] = [];
  const suppressed = suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement;
  const { wrapping, explicitTransaction } = schema.session;
  for (const { sql, node, kind, toStatement } of embeddedStatements(statement, statement.parser)) {
    if (kind !== 'statement') continue;
    schema.setSession({ wrapping: 'tool', explicitTransaction: false });
    if (options.rules)
      judge({ text: sql, body: { start: 0, end: sql.length } }, node, schema, options, (finding) => {
        if (finding.rule === 'concurrently-in-transaction' || finding.rule === 'validate-in-same-transaction') return;
        if (silences(suppressed, finding.rule)) return;
        const { start, end } = finding.span;
        findings.push({ ...finding, span: { start: toStatement(start), end: toStatement(end) }, fixes: [] });
      });
    run(node, schema);
  }
  if (schema.session.wrapping !== wrapping || schema.session.explicitTransaction !== explicitTransaction)
    schema.setSession({ wrapping, explicitTransaction });
  return findings;
}

const brokenTable =
  /^create\s+(?:(?:global|local)\s+)?(?:(?:temp|temporary|unlogged)\s+)?table\s+(?:if\s+not\s+exists\s+)?(?:("(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?("(?:[^"]|"")+"|[\w$]+)/i;

/** A CREATE TABLE with a mistake in it is still meant to create the table: what follows is not about one in use. */
function markBrokenTable(statement: Statement, schema: SchemaWriter): void {
  const match = brokenTable.exec(statement.body);
  if (!match) return;
  const name = (written: string): string =>
    written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
  schema.markCreated(relationKey(match[1] ? name(match[1]) : schema.session.schema, name(match[2] as string)), true);
}

/** Carries schema and session over one statement. */
function run(node: Node, schema: SchemaWriter): void {
  const waits = waitsUnbounded(schema, node);
  apply(schema, node);
  if (waits) schema.markWaited();
}

const byType = { check: new Map<string, readonly Rule[]>(), conclude: new Map<string, readonly Rule[]>() };

/** The rules that look at statements of that type. */
function rulesFor(node: Node, how: 'check' | 'conclude'): readonly Rule[] {
  const type = Object.keys(node)[0] ?? '';
  let found = byType[how].get(type);
  if (!found) {
    found = rules.filter((rule) => type in (rule[how] ?? {}));
    byType[how].set(type, found);
  }
  return found;
}

/** Whether it waits for a strong lock on a table in use with no lock_timeout: said once a file is enough. */
function waitsUnbounded(schema: SchemaReader, node: Node): boolean {
  const lock = strongLockOf(node);
  if (!lock || schema.hasWaited || schema.session.lockTimeout !== false) return false;
  return lock.relations.some((r) => !schema.isCreated(rangeVarKey(r, schema.session.schema)));
}
