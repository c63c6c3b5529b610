import { defineRule } from '../rule.ts';
import { flowFor, functionSpan, isReturnOf, replacesRow, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'before-trigger-returns-old',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A BEFORE INSERT or UPDATE trigger whose function returns OLD.',
    why: 'What a row-level BEFORE trigger returns is what is stored. OLD in an UPDATE is the row as it was: the statement reports its rows as updated and changes nothing. OLD in an INSERT is NULL: the row is not inserted, and no error is raised.',
    fine: 'Changes to the table are to be ignored silently.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-DML-TRIGGER',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY, note text);\nCREATE TABLE log (note text);\nCREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (TG_OP);\n  RETURN OLD;\nEND\n$$;',
      unsafe: 'CREATE TRIGGER note_change BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
      safe: 'CREATE TRIGGER note_change AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
    },
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY, note text);\nCREATE TABLE log (note text);\nCREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (TG_OP);\n  RETURN OLD;\nEND\n$$;',
      unsafe: 'CREATE TRIGGER note_change BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
      safe: 'CREATE TRIGGER note_change BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      const trigger = triggerAtEnd(stmt, context);
      if (trigger?.timing !== 'before' || !trigger.perRow || replacesRow(trigger.program, 'old')) return;
      for (const event of ['insert', 'update'] as const) {
        if (!trigger.events.includes(event)) continue;
        const { returns } = flowFor(trigger, event);
        if (returns.length === 0 || !returns.every((r) => isReturnOf(r, 'old'))) continue;
        context.report(
          functionSpan(context),
          event === 'insert'
            ? 'INSERT inserts nothing any more: the function returns OLD, which is NULL there, and that leaves the row out.'
            : 'UPDATE changes nothing any more: the function returns OLD, and what it returns is what is stored.',
          'Return NEW in an INSERT or UPDATE.',
        );
        return;
      }
    },
  },
});
