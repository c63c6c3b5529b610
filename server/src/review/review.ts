/** One statement's review: its syntax, and every rule on it together with the schema and session just before it runs. */
import type { Node } from '@pgsql/types';
import { apply } from '../catalog/apply.ts';
import { relationKey } from '../catalog/catalog.ts';
import type { FinalSchema, SchemaReader, SchemaWriter } from '../catalog/schema.ts';
import { newSession, type SearchPath, type Wrapping } from '../catalog/session.ts';
import { rules } from '../rules/index.ts';
import type { ConclusionContext, Finding, Rule } from '../rules/rule.ts';
import { type EmbeddedStatement, embeddedStatements } from '../syntax/bodies/embedded.ts';
import { bodyProblems } from '../syntax/bodies/problems.ts';
import { routinesOf, routinesWithout } from '../syntax/bodies/routines.ts';
import type { Grammar } from '../syntax/grammars.ts';
import type { Statement } from '../syntax/statement.ts';
import { withApartFixes } from './apartFixes.ts';
import { carryInserts } from './carryInserts.ts';
import { carryOwnChanges } from './carryOwnChanges.ts';
import { carryTransaction } from './carryTransaction.ts';
import { surelyRun } from './doBlocks.ts';
import { markDoubts } from './doubts.ts';
import { effectsFor } from './effectsFor.ts';
import { LookAtEnd, LookBefore, type Subject } from './look.ts';
import { commentsOf, silences, suppressionsIn } from './suppression.ts';
import { syntaxErrorId, syntaxFinding } from './syntaxFinding.ts';
import { isOlderSyntax, newerSyntax } from './targetVersion.ts';

export interface ReviewOptions {
  readonly targetVersion: number;
  /** Whether the file is a migration of a history that can be given new ones behind it; false when absent. */
  readonly takesFollowUps?: boolean;
  /** Whether a statement of the file can be taken out of the tool's transaction in its place; false when absent. */
  readonly leavesTransaction?: boolean;
  /**
   * Whether the files that run before tell everything that was ever done to the schema; false when absent: then only what
   * the file itself creates is wholly known.
   */
  readonly wholeHistory?: boolean;
  /** Whether the file belongs to no history, and begins with what the nearest one leaves; false when absent. */
  readonly besideHistory?: boolean;
  /** The connected database whose schema the file begins with; null, as when absent, where files tell that. */
  readonly database?: { readonly name: string; readonly path: SearchPath } | null;
  /** Whether so many migrations stand behind the file that it has been run for certain; false when absent. */
  readonly settled?: boolean;
  /** The grammars from the target version up to, but without, the newest; none when the target is the newest. */
  readonly grammars?: readonly Grammar[];
}

/** What stands between statements: a file begins, or the next piece of it, run in its own wrapping. */
export interface Step {
  readonly file: string;
  readonly reviewed: boolean;
  readonly wrapping: Wrapping;
  /** In another transaction than the piece before. */
  readonly begins: boolean;
  /** The host language may have changed the schema in a way that the file does not tell. */
  readonly uncertain: boolean;
  /** What follows may not be run at all. */
  readonly doubtful: boolean;
}

/** Spans of the findings are offsets into the statement's text. */
export type Findings = readonly Finding[];

export const none: Findings = [];

/** The session just before a statement, and that at the end of its file. */
type Sessions = Pick<ConclusionContext, 'session' | 'ending'>;

export const isConcluded = ({ parsed }: Statement): boolean =>
  parsed.kind === 'tree' && rulesFor(parsed.node, 'conclude').length > 0;

/** What the rules say of a statement once all statements have run. */
export function conclude(
  statement: Statement,
  after: FinalSchema,
  sessions: Sessions,
  options: ReviewOptions,
): Findings {
  if (statement.parsed.kind !== 'tree') return none;
  const { node } = statement.parsed;
  try {
    return unsilenced(statement, (subject, found) => {
      const context = new LookAtEnd(subject, options, found, sessions, after);
      for (const rule of rulesFor(node, 'conclude')) {
        if (subject.templated && rule.family === 'names') continue;
        context.rule = rule;
        rule.runConclusion(node, context);
      }
    });
  } catch {
    // a tree too deep to walk: nothing is claimed
    return none;
  }
}

/**
 * Carries the session over to the next file, or to the next piece of the file.
 * @param path of a new session, where it is known
 */
export function take(step: Step, schema: SchemaWriter, path?: SearchPath): void {
  const { session } = schema;
  const { file, reviewed, wrapping, doubtful } = step;
  if (session.file !== file) schema.setSession({ ...newSession(wrapping), ...path, file, reviewed, doubtful });
  else if (step.begins) {
    const transaction = session.transaction + 1;
    schema.setSession({
      wrapping,
      doubtful,
      explicitTransaction: false,
      transaction,
      opened: transaction,
      lockTimeout: session.lockTimeout === 'local' ? false : session.lockTimeout,
    });
  } else {
    if (session.wrapping !== wrapping || session.doubtful !== doubtful) schema.setSession({ wrapping, doubtful });
    // the tool has committed
    if (session.wrapping !== wrapping) schema.setHeldLocks([]);
  }
  if (step.uncertain) for (const doubt of everyDoubt) schema.markDoubt(doubt);
}

const everyDoubt = ['relations', 'types', 'columns', 'constraints'] as const;

/** Carries schema and session over one statement. */
export function carry(statement: Statement, schema: SchemaWriter, options: ReviewOptions): void {
  const { parsed } = statement;
  if (parsed.kind === 'error' && !isOlderSyntax(statement, options.grammars ?? [])) markBrokenTable(statement, schema);
  try {
    markDoubts(statement, schema);
    if (parsed.kind !== 'tree') return;
    const { node } = parsed;
    const carried = (): void => ('DoStmt' in node ? runDo(statement, schema) : run(node, schema, options));
    if (schema.session.doubtful) schema.doubting(carried);
    else carried();
  } catch {
    // a tree too deep to walk: what it changes is not known
  }
}

/** What is found at a statement, with the schema just before it. */
export function examine(statement: Statement, schema: SchemaWriter, options: ReviewOptions): Findings {
  const { parsed } = statement;
  const { grammars = [] } = options;
  if (parsed.kind === 'error' && isOlderSyntax(statement, grammars)) return none;
  if (parsed.kind !== 'tree') return syntaxFindings(statement);
  try {
    const newer = newerSyntax(statement, grammars, statement.parser);
    const own = newer ? [...syntaxFindings(statement), newer] : syntaxFindings(statement);
    const { node } = parsed;
    const look = (): Findings => runRules(statement, node, schema, options);
    const ruled = options.leavesTransaction ? withApartFixes(look(), schema, look) : look();
    const findings = own.length === 0 ? ruled : ruled.length === 0 ? own : [...own, ...ruled];
    return 'DoStmt' in parsed.node ? [...findings, ...examineDo(statement, schema, options)] : findings;
  } catch {
    // a tree too deep to walk: nothing is claimed
    return none;
  }
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

/** The findings of `look`, without those that a comment at the statement silences. */
function unsilenced(
  statement: Statement,
  look: (subject: Subject, found: (finding: Finding) => void) => void,
): Findings {
  const findings: Finding[] = [];
  const body = { start: statement.bodyStart, end: statement.bodyEnd };
  const templated = statement.parsed.kind === 'tree' && statement.parsed.templated === true;
  look({ text: statement.text, body, routines: routinesOf(statement), templated }, (f) => findings.push(f));
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
  const context = new LookBefore(subject, options, found, node, schema);
  const isLost = everyDoubt.every((doubt) => schema.doubts(doubt));
  for (const rule of rulesFor(node, 'check')) {
    // anything may have happened to the schema: what is there cannot be said to be in the way
    if (isLost && rule.ofOwnHistory && rule.severity === 'error') continue;
    if (!concerns(rule, options) || (subject.templated && rule.family === 'names')) continue;
    context.rule = rule;
    rule.run(node, context);
  }
}

const concerns = (rule: Rule, { besideHistory, wholeHistory, settled }: ReviewOptions): boolean =>
  (!rule.ofOwnHistory || !besideHistory || wholeHistory === true) && (!rule.ofNewMigrations || !settled);

/** Inside a DO block, which is part of its transaction: as if every branch was taken. */
function* statementsOfDo(statement: Statement, schema: SchemaWriter): Generator<EmbeddedStatement> {
  const { wrapping, explicitTransaction } = schema.session;
  const isSure = surelyRun(statement);
  for (const embedded of embeddedStatements(statement, statement.parser)) {
    // EXECUTE of a constant runs just that
    const { kind, template } = embedded;
    if (kind !== 'statement' && (kind !== 'dynamic' || template)) continue;
    schema.setSession({ wrapping: 'tool', explicitTransaction: false });
    yield embedded;
    if (schema.session.reviewed) carryOwnChanges(embedded.node, schema);
    if (isSure(embedded)) apply(schema, embedded.node);
    else schema.doubting(() => apply(schema, embedded.node));
  }
  if (schema.session.wrapping !== wrapping || schema.session.explicitTransaction !== explicitTransaction)
    schema.setSession({ wrapping, explicitTransaction });
}

function runDo(statement: Statement, schema: SchemaWriter): void {
  for (const _ of statementsOfDo(statement, schema));
}

/**
 * Nothing is claimed about transactions in a DO block, and no fix is offered: what can be done depends on the code around
 * it.
 */
function examineDo(statement: Statement, schema: SchemaWriter, options: ReviewOptions): Findings {
  const findings: Finding[] = [];
  const suppressed = suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement;
  const routines = routinesWithout(statement.parser);
  for (const { sql, node, kind, toStatement } of statementsOfDo(statement, schema)) {
    // constants that EXECUTE runs are carried along only
    if (kind !== 'statement') continue;
    judge({ text: sql, body: { start: 0, end: sql.length }, routines }, node, schema, options, (finding) => {
      // that a statement fails is not said either: its branch may not be taken, or the block handles the error
      if (ofTransactions.has(finding.rule) || ofMissing.has(finding.rule) || finding.severity === 'error') return;
      if (silences(suppressed, finding.rule)) return;
      const { start, end } = finding.span;
      findings.push({ ...finding, span: { start: toStatement(start), end: toStatement(end) }, fixes: [] });
    });
  }
  return findings;
}

const ofTransactions = new Set(rules.filter((rule) => rule.family === 'transactions').map((rule) => rule.id));
/** What they are not sure of they say as a warning. */
const ofMissing = new Set(rules.filter((r) => r.family === 'names' && r.severity === 'error').map((rule) => rule.id));

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

function run(node: Node, schema: SchemaWriter, options: ReviewOptions): void {
  if (schema.session.reviewed) {
    carryTransaction(node, schema, options.targetVersion, () => effectsFor(node, schema, options));
    carryOwnChanges(node, schema);
    carryInserts(node, schema);
  }
  apply(schema, node);
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
