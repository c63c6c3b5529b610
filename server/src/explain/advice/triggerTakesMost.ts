import type { IndexProposal } from '../../protocol.ts';
import { type Advice, count, indexStatement, percent, quoted } from './advice.ts';
import type { AnalysedPlan } from './analysedPlan.ts';

const part = 0.3;
/** Milliseconds below which nobody cares. */
const least = 5;
const leastByIndex = 100;

const manyAtOnce =
  'Many rows at once go faster into a table whose constraint is added behind them, NOT VALID, and then validated.';

export const triggerTakesMost: Advice = {
  code: 'trigger-takes-most',
  summary: 'Triggers, foreign keys among them, run behind the plan and are in no node of it.',
  of(plan) {
    const whole = plan.ms;
    const [slowest] = [...(plan.json.Triggers ?? [])].sort((a, b) => (b.Time ?? 0) - (a.Time ?? 0));
    const ms = slowest?.Time ?? 0;
    if (!slowest || whole === null || ms < least || ms < part * whole) return null;
    const constraint = slowest['Constraint Name'];
    const told =
      constraint === undefined
        ? { help: 'A trigger FOR EACH STATEMENT with transition tables does its work once for all rows.' }
        : ofForeignKey(plan, constraint, slowest.Relation, ms);
    if (!told) return null;
    const on = slowest.Relation === undefined ? '' : ` on ${slowest.Relation}`;
    const calls = count(slowest.Calls ?? 0, 'call');
    return {
      node: plan.root,
      message:
        constraint === undefined
          ? `The trigger ${slowest['Trigger Name']}${on} took ${percent(ms, whole)} of the time, in ${calls}.`
          : `Checking the foreign key ${constraint}${on} took ${percent(ms, whole)} of the time, in ${calls}.`,
      ...told,
      severity: 'warning',
      saves: ms,
    };
  },
};

function ofForeignKey(
  plan: AnalysedPlan,
  constraint: string,
  relation: string | undefined,
  ms: number,
): { help: string; index?: IndexProposal } | null {
  const named = plan.facts?.foreignKeys.filter(
    ({ name, table, referenced }) => name === constraint && (relation === table || relation === referenced),
  );
  const [key] = named ?? [];
  if (!key || named?.length !== 1) {
    const operations = plan.nodes.flatMap((node) => node.text('Operation') ?? []);
    if (operations.every((operation) => operation === 'Insert')) return ms < leastByIndex ? null : { help: manyAtOnce };
    return {
      help: 'Where rows are deleted or their keys change, an index on the referencing columns makes each check short.',
    };
  }
  if (key.isIndexed || relation !== key.referenced) {
    if (ms < leastByIndex) return null;
    return {
      help: `Each row is looked up in ${relation === key.referenced ? key.table : key.referenced} by an index: that costs by the row. ${manyAtOnce}`,
    };
  }
  const index = { table: quoted(key.table), method: 'btree', keys: key.columns.map(quoted) } as const;
  return {
    help: `For each row all of ${key.table} is read for those that refer to it. With an index they are looked up: ${indexStatement(index)}`,
    index,
  };
}
