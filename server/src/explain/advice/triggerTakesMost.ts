import { type Advice, count, percent } from './advice.ts';

const part = 0.3;
/** Milliseconds below which nobody cares. */
const least = 5;

export const triggerTakesMost: Advice = {
  code: 'trigger-takes-most',
  summary: 'Triggers, foreign keys among them, run behind the plan and are in no node of it.',
  of(plan) {
    const whole = plan.ms;
    const [slowest] = [...(plan.json.Triggers ?? [])].sort((a, b) => (b.Time ?? 0) - (a.Time ?? 0));
    const ms = slowest?.Time ?? 0;
    if (!slowest || whole === null || ms < least || ms < part * whole) return null;
    const constraint = slowest['Constraint Name'];
    const on = slowest.Relation === undefined ? '' : ` on ${slowest.Relation}`;
    const calls = count(slowest.Calls ?? 0, 'call');
    return {
      node: plan.root,
      message:
        constraint === undefined
          ? `The trigger ${slowest['Trigger Name']}${on} took ${percent(ms, whole)} of the time, in ${calls}.`
          : `Checking the foreign key ${constraint}${on} took ${percent(ms, whole)} of the time, in ${calls}.`,
      help:
        constraint === undefined
          ? 'A trigger FOR EACH STATEMENT with transition tables does its work once for all rows.'
          : 'Where rows are deleted or their keys change, an index on the referencing columns makes each check short.',
      severity: 'warning',
      saves: ms,
    };
  },
};
