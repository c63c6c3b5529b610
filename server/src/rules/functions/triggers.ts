/** A CREATE TRIGGER together with the function that it runs, as far as the files show both. */
import type { CreateTrigStmt, Node } from '@pgsql/types';
import { nameParts, rangeVarKey, stringOf } from '../../catalog/names.ts';
import type { FunctionDefinition } from '../../catalog/objects.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { Session } from '../../catalog/session.ts';
import type { Command } from '../../syntax/bodies/plpgsql/commands.ts';
import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { type Assume, type Flow, flowOf } from '../../syntax/bodies/plpgsql/flow.ts';
import type { Program } from '../../syntax/bodies/routines.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { ConclusionContext, RuleContext } from '../rule.ts';

export type TriggerEvent = 'insert' | 'update' | 'delete' | 'truncate';
export type TriggerTiming = 'before' | 'after' | 'instead of';

// TRIGGER_TYPE_… of Postgres, which the grammar puts into the tree
const eventBits: readonly (readonly [TriggerEvent, number])[] = [
  ['insert', 4],
  ['delete', 8],
  ['update', 16],
  ['truncate', 32],
];

export const timingOf = (stmt: CreateTrigStmt): TriggerTiming =>
  stmt.timing === 2 ? 'before' : stmt.timing === 64 ? 'instead of' : 'after';

export const eventsOf = (stmt: CreateTrigStmt): TriggerEvent[] =>
  eventBits.filter(([, bit]) => ((stmt.events ?? 0) & bit) !== 0).map(([event]) => event);

/** The functions without arguments that the statement can mean; the files may know others by the same name. */
export function triggerFunctions(stmt: CreateTrigStmt, schema: SchemaReader, session: Session): FunctionDefinition[] {
  const parts = nameParts(stmt.funcname);
  const within = parts.at(-2) ?? session.schema;
  return schema
    .functions(parts.at(-1) ?? '')
    .filter((f) => f.schema === within && f.arguments.every((a) => a.mode === 'out' || a.mode === 'table'));
}

/** The name of the function, as written. */
export function functionSpan(context: Pick<RuleContext, 'tokens'>): Span {
  const { tokens } = context;
  const execute = tokens.findOutside(['execute']);
  const first = execute + 2;
  return tokens.span(first, tokens.afterName(first) - 1);
}

export interface RunningTrigger {
  readonly program: Program;
  /** `schema.name` of the table. */
  readonly table: string;
  readonly timing: TriggerTiming;
  readonly events: readonly TriggerEvent[];
  readonly perRow: boolean;
}

/** The trigger with its PL/pgSQL function at the end of the file; null where it is gone by then or either is not known. */
export function triggerAtEnd(stmt: CreateTrigStmt, context: ConclusionContext): RunningTrigger | null {
  const { after, session } = context;
  const table = rangeVarKey(stmt.relation, session.schema);
  if (!after.relation(table)?.triggers.some((t) => t.name === stmt.trigname && t.enabled)) return null;
  const [definition, another] = triggerFunctions(stmt, after, session);
  const program = definition && !another ? context.routines.programOf(definition) : null;
  if (!program) return null;
  return { program, table, timing: timingOf(stmt), events: eventsOf(stmt), perRow: stmt.row === true };
}

/** What the function can come to when the trigger fires for that event: conditions on TG_OP and the like are followed. */
export function flowFor(trigger: RunningTrigger, event: TriggerEvent): Flow {
  const facts: Readonly<Record<string, string>> = {
    tg_op: event.toUpperCase(),
    tg_when: trigger.timing.toUpperCase(),
    tg_level: trigger.perRow ? 'ROW' : 'STATEMENT',
  };
  return flowOf(trigger.program.commands, assumeFrom(facts));
}

function assumeFrom(facts: Readonly<Record<string, string>>): Assume {
  const holds: Assume = (node) => {
    if (!node) return null;
    if ('BoolExpr' in node) {
      const values = (node.BoolExpr.args ?? []).map(holds);
      if (node.BoolExpr.boolop === 'NOT_EXPR') return values[0] === null ? null : !values[0];
      const decides = node.BoolExpr.boolop === 'OR_EXPR';
      if (values.includes(decides)) return decides;
      return values.includes(null) ? null : !decides;
    }
    if (!('A_Expr' in node)) return null;
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const fact = facts[columnName(lexpr) ?? ''] ?? (kind === 'AEXPR_OP' ? facts[columnName(rexpr) ?? ''] : undefined);
    if (fact === undefined) return null;
    const sign = stringOf(name?.[0]);
    if (kind === 'AEXPR_IN') {
      const items = rexpr && 'List' in rexpr ? (rexpr.List.items ?? []).map(textOf) : [];
      if (items.length === 0 || items.includes(null)) return null;
      return items.includes(fact) === (sign === '=');
    }
    if (kind !== 'AEXPR_OP' || (sign !== '=' && sign !== '<>')) return null;
    const text = textOf(rexpr) ?? textOf(lexpr);
    return text === null ? null : (text === fact) === (sign === '=');
  };
  return holds;
}

function columnName(node: Node | undefined): string | null {
  const fields = node && 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
  return fields.length === 1 ? (stringOf(fields[0])?.toLowerCase() ?? null) : null;
}

function textOf(node: Node | undefined): string | null {
  return node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;
}

/** Whether the function assigns a whole row to NEW or OLD, or reads a query into one: then its RETURN tells nothing. */
export function replacesRow(program: Program, row: 'new' | 'old'): boolean {
  for (const command of everyCommand(program.commands))
    if (command.kind === 'assign' && command.target.length === 1 && command.target[0] === row) return true;
  return new RegExp(`\\binto\\s+(?:strict\\s+)?(?:[\\w.]+\\s*,\\s*)*${row}\\b`, 'i').test(program.text);
}

/** Whether its text names what tells triggers apart that are not followed here. */
export const asksForItself = (program: Program, words: RegExp): boolean => words.test(program.text);

export const isReturnOf = (command: Command & { readonly kind: 'return' }, row: string): boolean =>
  command.value.toLowerCase() === row;
