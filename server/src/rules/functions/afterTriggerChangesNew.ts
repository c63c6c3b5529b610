import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { defineRule, type Fix } from '../rule.ts';
import { flowFor, functionSpan, type RunningTrigger, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'after-trigger-changes-new',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'An AFTER trigger assigns to a column of NEW and does nothing else with it.',
    why: 'The row is stored by then. Nothing is refused, but what is assigned to NEW is thrown away; only a BEFORE trigger can change the row.',
    fine: 'The function also serves a BEFORE trigger.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-DML-TRIGGER',
  },
  examples: [
    {
      schema:
        "CREATE TABLE items (id bigint PRIMARY KEY, note text);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.note := 'touched';\n  RETURN NEW;\nEND\n$$;",
      unsafe: 'CREATE TRIGGER touch AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();',
      safe: 'CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      const trigger = triggerAtEnd(stmt, context);
      if (trigger?.timing !== 'after' || !trigger.perRow || stmt.isconstraint) return;
      const column = uselesslyAssigned(trigger);
      if (!column) return;
      const { tokens } = context;
      const after = tokens.findOutside(['after']);
      const fixes: Fix[] =
        after >= 0 && (stmt.transitionRels?.length ?? 0) === 0
          ? [{ title: 'Make it a BEFORE trigger', edits: [{ ...tokens.span(after), newText: 'BEFORE' }], safe: false }]
          : [];
      context.report(
        functionSpan(context),
        `What the function assigns to NEW.${column} is thrown away: in an AFTER trigger the row is stored already.`,
        'Make it a BEFORE trigger.',
        fixes,
      );
    },
  },
});

/** A column of NEW that is assigned, where NEW is mentioned nowhere else but in RETURN and to compute what is assigned. */
function uselesslyAssigned({ program, events, ...rest }: RunningTrigger): string | null {
  const assigned: string[] = [];
  let rest_ = program.text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  for (const command of everyCommand(program.commands)) {
    const toNew = command.kind === 'assign' && command.target[0] === 'new' && command.target.length === 2;
    if (toNew) assigned.push(command.target[1] as string);
    if (toNew || command.kind === 'return') rest_ = rest_.replace(program.text.slice(command.start, command.end), ' ');
  }
  if (assigned.length === 0 || /\bnew\b|\btg_(?:when|name|argv)\b/i.test(rest_)) return null;
  const trigger = { program, events, ...rest };
  const reached = events.some((event) =>
    flowFor(trigger, event).commands.some((c) => c.kind === 'assign' && c.target[0] === 'new'),
  );
  return reached ? (assigned[0] as string) : null;
}
