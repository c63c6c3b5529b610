import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';
import { constraintAt, constraintSpan } from './newColumns.ts';
import { type NewForeignKey, newForeignKeys } from './newForeignKeys.ts';

const actions: Readonly<Record<string, string>> = { n: 'SET NULL', d: 'SET DEFAULT' };

export default defineRule({
  id: 'set-null-on-not-null',
  family: 'schema',
  severity: 'warning',
  docs: {
    summary: 'ON DELETE SET NULL (or ON UPDATE, or SET DEFAULT without a default) on a NOT NULL column.',
    why: 'Deleting a row that is referred to would put NULL into a column that takes none: the DELETE is refused with "null value in column violates not-null constraint", an error about another table than the one that was written to.',
    fine: 'The DELETE is meant to be refused: then NO ACTION says so.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe:
        'CREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint NOT NULL REFERENCES users ON DELETE SET NULL);',
      safe: 'CREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint REFERENCES users ON DELETE SET NULL);',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint NOT NULL);',
      unsafe: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users ON DELETE SET DEFAULT NOT VALID;',
      safe: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users ON DELETE CASCADE NOT VALID;',
    },
  ],
  conclude: { CreateStmt: conclude, AlterTableStmt: conclude },
});

function conclude(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void {
  for (const key of newForeignKeys(stmt, context, context.session.schema)) {
    const relation = context.after.relation(key.table);
    const { fk_del_action: onDelete = '', fk_upd_action: onUpdate = '' } = key.node;
    // another one may have taken its place
    const still = relation?.constraints.some(
      (c) =>
        c.kind === 'foreign' &&
        c.columns.join() === key.columns.join() &&
        (!(onDelete in actions) || c.onDelete === actions[onDelete]?.toLowerCase()) &&
        (!(onUpdate in actions) || c.onUpdate === actions[onUpdate]?.toLowerCase()),
    );
    if (!still || (!(onDelete in actions) && !(onUpdate in actions))) continue;
    // SET NULL (column) sets these only
    const listed = nameParts(key.node.fk_del_set_cols);
    const set = onDelete in actions && listed.length > 0 ? listed : key.columns;
    const required = set.find((name) => {
      const column = columnOf(relation, name);
      return column?.notNull && (onDelete === 'n' || onUpdate === 'n' || !column.hasDefault);
    });
    if (required === undefined) continue;
    const when = onDelete in actions ? 'DELETE' : 'UPDATE';
    const action = actions[onDelete] ?? actions[onUpdate];
    context.report(
      key.span,
      `ON ${when} ${action} would put NULL into ${required}, which is NOT NULL: ${when === 'DELETE' ? 'deleting a row of' : 'changing a key in'} ${key.writtenReferences} that is referred to is refused.`,
      'Let the column be NULL, or choose RESTRICT or CASCADE.',
      withoutNotNull(key, required, context),
    );
  }
}

function withoutNotNull(key: NewForeignKey, name: string, context: ConclusionContext): Fix[] {
  const column = key.defined.find((c) => c.name === name);
  const constraint = column && constraintAt(column, 'CONSTR_NOTNULL');
  if (!column || !constraint || constraintAt(column, 'CONSTR_PRIMARY')) return [];
  const span = constraintSpan(column, constraint, context);
  const start = context.tokens.span(context.tokens.at(span.start) - 1).end;
  return [{ title: `Let ${name} be NULL`, safe: false, edits: [{ start, end: span.end, newText: '' }] }];
}
