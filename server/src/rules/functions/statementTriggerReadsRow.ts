import { defineRule } from '../rule.ts';
import { forEachRow } from './triggerNotPossible.ts';
import { functionSpan, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'statement-trigger-reads-row',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A statement-level trigger runs a function that works on NEW or OLD.',
    why: 'A trigger without FOR EACH ROW fires once a statement, and NEW and OLD are NULL then. Nothing is refused: NEW.id reads as NULL, and what is assigned to NEW.updated_at is stored nowhere.',
    fine: 'The function is meant for row-level triggers as well and asks for TG_LEVEL in a way that is not seen here.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-DML-TRIGGER',
  },
  examples: [
    {
      schema:
        "CREATE TABLE items (id bigint PRIMARY KEY, note text, updated_at timestamptz);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.note := 'touched';\n  RETURN NEW;\nEND\n$$;",
      unsafe: 'CREATE TRIGGER touch BEFORE UPDATE ON items EXECUTE FUNCTION touch();',
      safe: 'CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      const trigger = triggerAtEnd(stmt, context);
      if (!trigger || trigger.perRow || trigger.events.includes('truncate')) return;
      // a transition table may bear either name
      if ((stmt.transitionRels?.length ?? 0) > 0) return;
      const { text } = trigger.program;
      if (/\btg_level\b/i.test(text)) return;
      const code = withoutComments(text);
      // an alias in a query is not the row of the trigger
      if (
        /\b(?:from|join|update|into)\s+[\w."]+\s+(?:as\s+)?(?:new|old)\b|,\s*[\w."]+\s+as\s+(?:new|old)\b/i.test(code)
      )
        return;
      const row = /\b(new|old)\s*\.\s*["\w]/i.exec(code)?.[1];
      if (!row) return;
      context.report(
        functionSpan(context),
        `The function works on ${row.toUpperCase()}, which is NULL here: without FOR EACH ROW the trigger fires once a statement.`,
        'Write FOR EACH ROW, or read the changed rows from a transition table (REFERENCING NEW TABLE AS …).',
        forEachRow(context),
      );
    },
  },
});

const withoutComments = (text: string): string => text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ');
