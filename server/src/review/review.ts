/**
 * The review of a text of SQL: the schema and session are carried from statement to statement, and every rule sees each
 * statement together with the state just before it. What was found for a statement is remembered and found again when
 * neither the statement nor the state before it has changed.
 */
import type { Node } from '@pgsql/types';
import { rangeVarKey } from '../catalog/names.ts';
import { replay } from '../catalog/replay.ts';
import { type State, withSession } from '../catalog/state.ts';
import { strongLockOf } from '../facts/strongLock.ts';
import { rules } from '../rules/index.ts';
import type { Finding, Fix, Rule, RuleContext } from '../rules/rule.ts';
import type { SqlText } from '../syntax/sqlText.ts';
import type { Statement } from '../syntax/statement.ts';
import { Tokens } from '../syntax/tokens.ts';
import { commentsOf, silences, suppressionsIn } from './suppression.ts';
import { missingSemicolon, syntaxFinding } from './syntaxFinding.ts';

export interface ReviewOptions {
  readonly targetVersion: number;
  /** False: only the syntax is checked (backward parts of migrations, which run when a rule's moment has passed). */
  readonly rules: boolean;
}

export interface ReviewedStatement {
  readonly statement: Statement;
  /** Offset of the statement's text in the text of SQL. */
  readonly start: number;
  readonly before: State;
  /** Spans are offsets into the statement's text. */
  readonly findings: readonly Finding[];
}

export interface Review {
  readonly statements: readonly ReviewedStatement[];
  readonly after: State;
}

interface Memo {
  readonly before: State;
  readonly options: ReviewOptions;
  readonly after: State;
  readonly findings: readonly Finding[];
}

const memos = new WeakMap<Statement, Memo>();

/** @param options compared by identity: pass the same object for the same settings */
export function review(sql: SqlText, initial: State, options: ReviewOptions): Review {
  let state = initial;
  const quirks = new Quirks();
  const statements: ReviewedStatement[] = [];
  for (let i = 0; i < sql.statements.length; i++) {
    const statement = sql.statements[i] as Statement;
    const before = state;
    let memo = memos.get(statement);
    if (memo?.before !== before || memo.options !== options) {
      memo = { before, options, ...examine(statement, before, options) };
      memos.set(statement, memo);
    }
    state = memo.after;
    let findings = quirks.hides(statement) ? memo.findings.filter((f) => f.rule !== 'syntax-error') : memo.findings;
    if (!statement.terminated && statement.parsed.kind === 'tree' && !quirks.conditional && hasSuccessor(sql, i))
      findings = [...findings, missingSemicolon(statement)];
    statements.push({ statement, start: sql.starts[i] as number, before, findings });
  }
  return { statements, after: state };
}

const hasSuccessor = (sql: SqlText, i: number): boolean => {
  for (let k = i + 1; k < sql.statements.length; k++)
    if ((sql.statements[k] as Statement).bodyEnd > (sql.statements[k] as Statement).bodyStart) return true;
  return false;
};

function examine(
  statement: Statement,
  before: State,
  options: ReviewOptions,
): { after: State; findings: readonly Finding[] } {
  const { parsed } = statement;
  if (parsed.kind !== 'tree') {
    const finding = syntaxFinding(statement);
    return { after: before, findings: finding ? [finding] : [] };
  }
  const findings = options.rules ? runRules(statement, parsed.node, before, options) : [];
  let after = before;
  try {
    after = replay(before, parsed.node);
  } catch {
    // a tree too deep to walk: what it changes is not known
  }
  return { after: trackWaiting(after, before, parsed.node), findings };
}

function runRules(statement: Statement, node: Node, before: State, options: ReviewOptions): Finding[] {
  const findings: Finding[] = [];
  const suppressed = suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement;
  let tokens: Tokens | null = null;
  const base: Omit<RuleContext, 'report'> = {
    text: statement.text,
    get tokens() {
      tokens ??= new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
      return tokens;
    },
    body: { start: statement.bodyStart, end: statement.bodyEnd },
    before,
    targetVersion: options.targetVersion,
  };
  for (const rule of rulesFor(node)) {
    if (silences(suppressed, rule.id)) continue;
    const report: RuleContext['report'] = (span, message, help, fixes: readonly Fix[] = []) => {
      findings.push({ rule: rule.id, severity: rule.severity, span, message, help, fixes });
    };
    rule.run(node, Object.assign(Object.create(base) as Omit<RuleContext, 'report'>, { report }));
  }
  return findings;
}

const byType = new Map<string, readonly Rule[]>();

function rulesFor(node: Node): readonly Rule[] {
  const type = Object.keys(node)[0] ?? '';
  let found = byType.get(type);
  if (!found) {
    found = rules.filter((rule) => type in rule.check);
    byType.set(type, found);
  }
  return found;
}

/** Remembers that the session has waited for a strong lock without lock_timeout: said once a file is enough. */
function trackWaiting(after: State, before: State, node: Node): State {
  const { session } = before;
  if (session.waitedWithoutTimeout || session.lockTimeout !== false) return after;
  const lock = strongLockOf(node);
  const waits = lock?.relations.some((r) => !session.created.has(rangeVarKey(r, session.schema)));
  return waits ? withSession(after, { waitedWithoutTimeout: true }) : after;
}

/** Settings and psql features under which text that looks broken may be right: there nothing is claimed. */
class Quirks {
  #conditions = 0;
  #backslashes = false;

  /** Inside psql's \if … \endif. */
  get conditional(): boolean {
    return this.#conditions > 0;
  }

  hides(statement: Statement): boolean {
    const open = this.#conditions > 0;
    this.#conditions = Math.max(0, this.#conditions + statement.conditions);
    const { parsed } = statement;
    if (
      parsed.kind === 'tree' &&
      'VariableSetStmt' in parsed.node &&
      parsed.node.VariableSetStmt.name === 'standard_conforming_strings'
    )
      this.#backslashes = /\b(?:off|false|no|0)\b/i.test(statement.body);
    return open || this.#conditions > 0 || this.#backslashes;
  }
}
