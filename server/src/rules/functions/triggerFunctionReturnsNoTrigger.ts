import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { functionSpan, triggerFunctions } from './triggers.ts';

export default defineRule({
  id: 'trigger-function-returns-no-trigger',
  family: 'functions',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE TRIGGER names a function that does not return trigger.',
    why: 'Only a function declared RETURNS trigger can be run by a trigger; CREATE TRIGGER is refused otherwise (42P17).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/sql-createtrigger.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE FUNCTION touch() RETURNS void LANGUAGE plpgsql AS $$BEGIN END$$;\nCREATE FUNCTION touch_item() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
      unsafe: 'CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();',
      safe: 'CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch_item();',
    },
  ],
  check: {
    CreateTrigStmt(stmt, context) {
      const [definition, another] = triggerFunctions(stmt, context.before, context.before.session);
      if (!definition || another || definition.kind !== 'function') return;
      if (definition.returns?.name === 'trigger' || (definition.returns === null && definition.arguments.length === 0))
        return;
      const name = nameParts(stmt.funcname).join('.');
      context.report(
        functionSpan(context),
        `CREATE TRIGGER fails: ${name} does not return trigger.`,
        'Declare the function RETURNS trigger, without arguments, and let it RETURN NEW, OLD or NULL.',
      );
    },
  },
});
