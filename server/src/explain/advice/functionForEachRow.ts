import { nodesIn, walk } from '../../syntax/walk.ts';
import type { KnownFunction } from '../planFacts.ts';
import { type Advice, count, percent } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { expressionIn } from './conditions.ts';

const manyRows = 2_000;
const part = 0.2;
/** Milliseconds for one row: reading and comparing alone takes less than half of it. */
const slow = 0.0002;

export const functionForEachRow: Advice = {
  code: 'function-for-each-row',
  summary:
    'A function of SQL or PL/pgSQL in a condition, or in a policy of row-level security, that ran for every row.',
  at(node) {
    const filter = node.text('Filter');
    const whole = node.plan.ms;
    if (filter === null || node.table === null || whole === null || node.ms < part * whole) return null;
    const rows = node.allRows + node.removed('Filter');
    // parallel workers run side by side
    const processes = node.isParallel ? node.loops : 1;
    if (rows < manyRows || (node.ms * processes) / rows < slow) return null;
    const called = node.plan.facts?.functions.find((f) => isWritten(f) && filter.includes(`${f.name}(`));
    if (!called) return null;
    const policy = node.known?.policies.find(({ using }) => using.includes(`${called.name}(`));
    const from = policy ? ` The policy ${policy.name} of ${node.table} asks for it.` : '';
    return {
      message: `${called.name}() was called for each of ${count(rows)}: ${percent(node.ms, whole)} of the time is in this node.${from}`,
      help: isSameForAll(node, policy?.using ?? filter, called.name)
        ? `Its value is the same for all rows: written as (SELECT ${called.name}(…)) in the ${policy ? 'policy' : 'condition'} it is computed once.`
        : `Conditions that cost less come first when the function says what it costs (ALTER FUNCTION … COST 1000); a condition that an index serves${policy ? ', such as IN (SELECT …) over the rows that are allowed,' : ''} leaves fewer rows to ask it about.`,
      severity: 'warning',
      saves: node.ms,
    };
  },
};

const isWritten = ({ languages }: KnownFunction): boolean =>
  languages.every((language) => language !== 'internal' && language !== 'c');

/** No call of it takes a column. */
function isSameForAll(node: AnalysedNode, condition: string, name: string): boolean {
  const tree = expressionIn(condition, node.plan.parser);
  const calls =
    tree === null
      ? []
      : nodesIn([tree], 'FuncCall').filter(({ funcname }) => {
          const last = funcname?.at(-1);
          return last && 'String' in last && last.String.sval === name;
        });
  return (
    calls.length > 0 &&
    calls.every(({ args }) => {
      let hasColumn = false;
      walk(args, (type) => {
        if (type === 'ColumnRef') hasColumn = true;
      });
      return !hasColumn;
    })
  );
}
