import type { ColumnRef, CreateTrigStmt } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import { targetOf } from '../alterTable.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { eventsOf, type TriggerEvent, timingOf } from './triggers.ts';

export default defineRule({
  id: 'trigger-not-possible',
  family: 'functions',
  severity: 'error',
  docs: {
    summary: 'A trigger of a kind that Postgres does not have.',
    why: 'INSTEAD OF triggers are for views, FOR EACH ROW, and have no WHEN; row-level BEFORE and AFTER triggers are for tables; TRUNCATE fires statement-level triggers only; WHEN cannot ask for a row that its event does not have (NEW when a row is deleted, OLD when one is inserted, either of them in a statement-level trigger). CREATE TRIGGER is refused.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/sql-createtrigger.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
      unsafe:
        'CREATE TRIGGER t BEFORE INSERT OR UPDATE ON items FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION f();',
      safe: 'CREATE TRIGGER t BEFORE UPDATE ON items FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION f();',
    },
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
      unsafe: 'CREATE TRIGGER t INSTEAD OF INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();',
      safe: 'CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();',
    },
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE VIEW shown AS SELECT id FROM items;\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
      unsafe: 'CREATE TRIGGER t INSTEAD OF INSERT ON shown EXECUTE FUNCTION f();',
      safe: 'CREATE TRIGGER t INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION f();',
    },
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
      unsafe: 'CREATE TRIGGER t AFTER UPDATE ON items WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION f();',
      safe: 'CREATE TRIGGER t AFTER UPDATE ON items FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION f();',
    },
  ],
  check: {
    CreateTrigStmt(stmt, context) {
      const problem = problemOf(stmt, context);
      if (!problem) return;
      const { tokens } = context;
      const first = tokens.findOutside(['trigger']) + 1;
      context.report(
        tokens.span(first, tokens.afterName(first) - 1),
        `CREATE TRIGGER fails: ${problem.why}.`,
        problem.help,
        problem.fixes,
      );
    },
  },
});

interface Problem {
  readonly why: string;
  readonly help: string;
  readonly fixes?: readonly Fix[];
}

function problemOf(stmt: CreateTrigStmt, context: RuleContext): Problem | null {
  const timing = timingOf(stmt);
  const events = eventsOf(stmt);
  const { relation, written } = targetOf(stmt.relation, context);
  const kind = relation?.kind;
  const isTable = kind === 'table' || kind === 'partitioned';
  if (timing === 'instead of') {
    if (isTable)
      return { why: `INSTEAD OF is for views, and ${written} is a table`, help: 'Use BEFORE or AFTER on a table.' };
    if (stmt.whenClause)
      return { why: 'an INSTEAD OF trigger takes no WHEN', help: 'Ask for the condition inside of the function.' };
    if (!stmt.row)
      return {
        why: 'an INSTEAD OF trigger has to be FOR EACH ROW',
        help: 'Write FOR EACH ROW.',
        fixes: forEachRow(context),
      };
  } else if (kind === 'view' && (stmt.row || events.includes('truncate')))
    return {
      why: `${written} is a view`,
      help: 'A view takes INSTEAD OF triggers for each row, and BEFORE and AFTER for each statement.',
    };
  if (stmt.row && events.includes('truncate'))
    return { why: 'TRUNCATE fires no row-level triggers', help: 'Make it a trigger FOR EACH STATEMENT of its own.' };
  return stmt.whenClause ? problemOfWhen(stmt, events, context) : null;
}

function problemOfWhen(stmt: CreateTrigStmt, events: readonly TriggerEvent[], context: RuleContext): Problem | null {
  const rows = rowsIn(stmt);
  if (!stmt.row)
    return rows.size > 0
      ? {
          why: 'WHEN of a statement-level trigger cannot ask for a row, and without FOR EACH ROW it is one',
          help: 'Write FOR EACH ROW.',
          fixes: events.includes('truncate') ? [] : forEachRow(context),
        }
      : null;
  if (rows.has('new') && events.includes('delete'))
    return {
      why: 'WHEN asks for NEW, which a DELETE does not have',
      help: 'Make one trigger for DELETE and another for the rest.',
    };
  if (rows.has('old') && events.includes('insert'))
    return {
      why: 'WHEN asks for OLD, which an INSERT does not have',
      help: 'Make one trigger for INSERT and another for the rest.',
    };
  return null;
}

function rowsIn(stmt: CreateTrigStmt): Set<string> {
  const rows = new Set<string>();
  walk({ when: stmt.whenClause }, (type, node) => {
    const name = type === 'ColumnRef' ? stringOf((node as ColumnRef).fields?.[0]) : null;
    if (name === 'new' || name === 'old') rows.add(name);
  });
  return rows;
}

/** Behind the table, and FROM and REFERENCING: where nothing of it is written yet. */
export function forEachRow(context: Pick<RuleContext, 'tokens'>): Fix[] {
  const { tokens } = context;
  const written = tokens.findOutside(['for']);
  if (written >= 0) {
    const each = tokens.findOutside(['statement'], written);
    return each >= 0
      ? [{ title: 'Write FOR EACH ROW', edits: [{ ...tokens.span(each), newText: 'ROW' }], safe: false }]
      : [];
  }
  const when = tokens.findOutside(['when']);
  const next = when >= 0 ? when : tokens.findOutside(['execute']);
  return [{ title: 'Write FOR EACH ROW', edits: [insertAt(tokens.span(next).start, 'FOR EACH ROW ')], safe: false }];
}
