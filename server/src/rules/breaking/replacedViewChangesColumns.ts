import type { TypeName } from '../../catalog/catalog.ts';
import { nameParts, printType } from '../../catalog/names.ts';
import { queryColumns } from '../../catalog/queryColumns.ts';
import { isBuiltIn } from '../../facts/typeConversion.ts';
import { targetOf } from '../alterTable.ts';
import { before } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';

export default defineRule({
  id: 'replaced-view-changes-columns',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE OR REPLACE VIEW that drops, renames, reorders or retypes columns of the view.',
    why: 'A view can only be replaced by one that has the same columns in the same order and of the same types, and further ones behind them. Anything else is refused: "cannot drop columns from view", "cannot change name of view column", "cannot change data type of view column" (42P16).',
    fine: 'Never, where the files tell the whole history.',
    source: 'https://www.postgresql.org/docs/current/sql-createview.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE VIEW people AS SELECT id, email FROM users;',
      unsafe: 'CREATE OR REPLACE VIEW people AS SELECT id, name, email FROM users;',
      safe: 'CREATE OR REPLACE VIEW people AS SELECT id, email, name FROM users;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE VIEW people AS SELECT id, email FROM users;',
      unsafe: 'CREATE OR REPLACE VIEW people AS SELECT id FROM users;',
      safe: 'DROP VIEW people;\nCREATE VIEW people AS SELECT id FROM users;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE VIEW people AS SELECT id, email FROM users;',
      unsafe: 'CREATE OR REPLACE VIEW people AS SELECT id::text, email FROM users;',
      safe: 'CREATE OR REPLACE VIEW people AS SELECT id, email, id::text AS id_text FROM users;',
    },
  ],
  check: {
    ViewStmt(stmt, context) {
      const target = targetOf(stmt.view, context);
      const view = target.relation;
      if (!stmt.replace || view?.kind !== 'view' || !view.complete) return;
      const { columns } = queryColumns(context.before, stmt.query);
      if (!columns) return;
      const aliases = nameParts(stmt.aliases);
      const problem = view.columns
        .map((column, i) => {
          const now = columns[i];
          const name = aliases[i] ?? now?.name;
          if (!now || name === undefined) return `its column ${column.name} is missing`;
          if (name !== column.name) return `its column ${i + 1} is called ${column.name} and not ${name}`;
          if (differ(column.type, now.type))
            return `${name} is ${printType(column.type as TypeName)} and not ${printType(now.type as TypeName)}`;
          return null;
        })
        .find((p) => p !== null);
      if (!problem) return;
      const { tokens } = context;
      const used = view.dependents.length > 0;
      const replace = tokens.find(['or', 'replace']);
      const fixes: Fix[] = used
        ? []
        : [
            {
              title: 'Drop the view first',
              safe: false,
              edits: [
                before(context, [`DROP VIEW ${target.written}`]),
                { start: tokens.span(replace).start, end: tokens.span(replace + 2).start, newText: '' },
              ],
            },
          ];
      context.report(
        target.span,
        `Replacing ${target.written} fails: ${problem}.`,
        used
          ? 'Add new columns at the end only; or drop the view with what depends on it and create all of it again, in one transaction.'
          : 'Add new columns at the end only; or drop the view and create it again in one transaction, with its grants.',
        fixes,
      );
    },
  },
});

/** Whether both are known, of Postgres's own, and not the same. */
const differ = (a: TypeName | null, b: TypeName | null): boolean =>
  a !== null && b !== null && isBuiltIn(a) && isBuiltIn(b) && printType(a) !== printType(b);
