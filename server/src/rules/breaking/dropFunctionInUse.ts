import { nameParts } from '../../catalog/names.ts';
import { before as inFront, quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { writtenKey } from './dependents.ts';

export default defineRule({
  id: 'drop-function-in-use',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'DROP FUNCTION, without CASCADE, of a function that triggers call.',
    why: 'Postgres refuses it with "cannot drop function … because other objects depend on it" (2BP01).',
    fine: 'Never, where the files tell the triggers.',
    source: 'https://www.postgresql.org/docs/current/sql-dropfunction.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, changed_at timestamptz);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;\nCREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();',
      unsafe: 'DROP FUNCTION touch();',
      safe: 'DROP TRIGGER orders_touch ON orders;\nDROP FUNCTION touch();',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      const { before, tokens } = context;
      if (stmt.removeType !== 'OBJECT_FUNCTION' || stmt.behavior === 'DROP_CASCADE') return;
      for (const object of stmt.objects ?? []) {
        if (!('ObjectWithArgs' in object)) continue;
        const written = nameParts(object.ObjectWithArgs.objname);
        const name = written.at(-1) ?? '';
        const schema = written.at(-2) ?? before.session.schema;
        const known = before.functions(name);
        // another function of that name may be the one that the triggers call
        if (known.length !== 1 || known[0]?.schema !== schema || known[0].arguments.length > 0) continue;
        const triggers = before
          .relationsWithTriggerOf(name)
          .flatMap((key) =>
            (before.relation(key)?.triggers ?? [])
              .filter((t) => t.functionName.at(-1) === name)
              .map((t) => ({ name: t.name, table: writtenKey(key) })),
          );
        if (triggers.length === 0) continue;
        const more = triggers.length > 2 ? ` and ${triggers.length - 2} more` : '';
        const called = triggers.slice(0, 2).map((t) => `trigger ${t.name} of ${t.table}`);
        context.report(
          tokens.span(0, tokens.length - 1),
          `Dropping ${name} fails: ${called.join(', ')}${more} ${triggers.length === 1 ? 'calls' : 'call'} it.`,
          'Drop the triggers first; CASCADE would drop them as well.',
          [
            {
              title: 'Drop the triggers first',
              safe: false,
              edits: [
                inFront(
                  context,
                  triggers.map((t) => `DROP TRIGGER ${quoteIdentifier(t.name)} ON ${t.table}`),
                ),
              ],
            },
          ],
        );
      }
    },
  },
});
