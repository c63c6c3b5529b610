import type { ColumnRef, CreateFunctionStmt, Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { builtinFunctions } from '../../facts/builtinNames.ts';
import { relationItem } from '../../query/fromItems.ts';
import type { QueryLevel, RangeItem, Reference, Scopes } from '../../query/scope.ts';
import { insideOf, nodesIn, walk } from '../../syntax/walk.ts';
import { defineRule, type RuleContext, type StatementType } from '../rule.ts';
import { reportColumn } from './bodyFindings.ts';
import { certainSchema, certainScopes } from './certain.ts';
import { goneColumn } from './earlier.ts';
import { expressionScopes } from './expressionsOf.ts';
import { listedColumns } from './listedColumns.ts';
import { changeTo, fixesFor, meantText, nearestNames, wordAt, wordOf } from './nearest.ts';
import { unknownAtCreation } from './unknownInBody.ts';
import { columnList, visibleItems, withoutColumn } from './visibleColumns.ts';

/** Statements with queries in them. */
export const queryStatements = [
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ViewStmt',
  'CreateTableAsStmt',
  'ExplainStmt',
  'DeclareCursorStmt',
  'PrepareStmt',
  'CopyStmt',
] as const satisfies readonly StatementType[];

const withExpressions = [
  'CreateStmt',
  'AlterTableStmt',
  'IndexStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateTrigStmt',
] as const satisfies readonly StatementType[];

export default defineRule({
  id: 'unknown-column',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary:
      'A query, a function in SQL, a policy, a trigger or a constraint names a column that its tables do not have.',
    why: 'Postgres refuses it with "column … does not exist" (42703). Names without double quotes are turned into lower case.',
    fine: 'Never, where the files tell the whole history of the table; where they do not, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/sql-expressions.html#SQL-EXPRESSIONS-COLUMN-REFS',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: "SELECT id FROM users WHERE emial = 'a@b.c';",
      safe: "SELECT id FROM users WHERE email = 'a@b.c';",
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: "INSERT INTO users (id, mail) VALUES (100, 'a@b.c');",
      safe: "INSERT INTO users (id, email) VALUES (100, 'a@b.c');",
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'UPDATE users SET e_mail = NULL WHERE id = 1;',
      safe: 'UPDATE users SET email = NULL WHERE id = 1;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'CREATE POLICY own ON users FOR SELECT USING (user_email = current_user);',
      safe: 'CREATE POLICY own ON users FOR SELECT USING (email = current_user);',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'CREATE FUNCTION mails() RETURNS SETOF text LANGUAGE sql AS $$SELECT emial FROM users$$;',
      safe: 'CREATE FUNCTION mails() RETURNS SETOF text LANGUAGE sql AS $$SELECT email FROM users$$;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$\nDECLARE\n  mail users.emial%TYPE;\nBEGIN\n  SELECT email INTO mail FROM users;\nEND\n$$;',
      safe: 'CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$\nDECLARE\n  mail users.email%TYPE;\nBEGIN\n  SELECT email INTO mail FROM users;\nEND\n$$;',
    },
    {
      unsafe:
        'CREATE TABLE users (id bigint, email text);\nALTER TABLE users DROP COLUMN email;\nSELECT email FROM users;',
      safe: 'CREATE TABLE users (id bigint, email text);\nSELECT email FROM users;',
    },
  ],
  check: Object.fromEntries([
    ...queryStatements.map((type) => [
      type,
      (stmt: object, context: RuleContext) => {
        const node = { [type]: stmt } as unknown as Node;
        inScopes(certainScopes(node, context), node, context);
      },
    ]),
    ...withExpressions.map((type) => [
      type,
      (stmt: object, context: RuleContext) => {
        const node = { [type]: stmt } as unknown as Node;
        for (const scopes of expressionScopes(node, context)) inScopes(scopes, node, context);
        inLists(node, context);
      },
    ]),
    [
      'CreateFunctionStmt',
      (stmt: CreateFunctionStmt, context: RuleContext) => {
        const found = unknownAtCreation(stmt, context);
        for (const unknown of found?.names ?? [])
          if (found && unknown.what === 'column') reportColumn(unknown, found, context);
      },
    ],
  ]),
});

function inScopes(scopes: Scopes, node: Node, context: RuleContext): void {
  const parameters = scopes.resolutionOf.size > 0 ? parametersOfTools(node) : null;
  for (const reference of scopes.resolutionOf.values()) {
    const { resolution } = reference;
    if (resolution.kind !== 'unknown' || resolution.what !== 'column' || parameters?.has(reference.node)) continue;
    if (!isMeaningless(reference)) report(reference, resolution.item, context);
  }
  for (const level of scopes.levels) {
    const [target] = level.items;
    if (!target) continue;
    for (const { node: written, column } of level.assignments)
      if (!column && target.complete && written.name) assigned(written.name, written.location ?? 0, target, context);
    conflictTarget(level, target, context);
  }
}

/** Names that Postgres refuses for another reason, which would be the wrong thing to say. */
function isMeaningless({ clause, level, node }: Reference & { readonly level: QueryLevel }): boolean {
  if (clause === 'limit') return true;
  // an expression over the output of a UNION
  return clause === 'order' && level.output.some((c) => c.name === nameParts(node.fields).at(-1));
}

/** `sqlc.arg(name)`: sqlc puts a parameter there. */
function parametersOfTools(root: Node): Set<ColumnRef> {
  const found = new Set<ColumnRef>();
  for (const { funcname, args } of nodesIn(insideOf(root), 'FuncCall')) {
    if (nameParts(funcname)[0] !== 'sqlc') continue;
    walk(args, (inner, reference) => {
      if (inner === 'ColumnRef') found.add(reference as ColumnRef);
    });
  }
  return found;
}

function report(
  { node, level }: Reference & { readonly level: QueryLevel },
  item: RangeItem | null,
  context: RuleContext,
) {
  const names = nameParts(node.fields);
  const name = names.at(-1) ?? '';
  // `t.f` calls the function f on the row, if there is one
  if (item && (builtinFunctions.has(name) || context.before.functions(name).length > 0)) return;
  const place = wordAt(context.tokens, node.location ?? 0, names.length - 1, name);
  if (!place) return;
  const items = item ? [item] : visibleItems(level);
  reportAt(place, name, items, item !== null || items.length === 1, context);
}

function reportAt(
  place: { start: number; end: number },
  name: string,
  items: readonly RangeItem[],
  isOfOne: boolean,
  context: RuleContext,
): void {
  const where = withoutColumn(name, items, isOfOne);
  for (const { key } of items) {
    const gone = key === null ? null : goneColumn(key, name, context.before);
    if (!gone) continue;
    context.report(
      place,
      `This fails: ${where}; it ${gone.how} before.`,
      gone.renamedTo === null ? 'Leave it out, or add it first.' : `Use ${gone.renamedTo}.`,
      gone.renamedTo === null ? [] : [changeTo(gone.renamedTo, place)],
      { related: gone.related },
    );
    return;
  }
  const columns = items.flatMap((i) => i.columns.map((c) => c.name));
  const meant = nearestNames(name, columns);
  context.report(
    place,
    `This fails: ${where}.`,
    meant.length > 0 ? meantText(name, meant) : columnList(items),
    fixesFor(meant, place),
  );
}

function inLists(node: Node, context: RuleContext): void {
  const { tokens } = context;
  const schema = certainSchema(context);
  for (const { table, columns, from } of listedColumns(node, context)) {
    const item = relationItem(table, schema);
    if (!item.complete) continue;
    for (const name of columns.filter((c) => !item.columns.some((column) => column.name === c))) {
      const words = tokens.all.map((_, i) => i).filter((i) => (tokens.all[i]?.start ?? 0) > from);
      const place = words.map((i) => wordOf(tokens, i, name)).find((span) => span !== null);
      if (place) reportAt(place, name, [item], true, context);
    }
  }
}

/** In the column list of INSERT, or in SET. */
function assigned(name: string, location: number, target: RangeItem, context: RuleContext): void {
  const place = wordAt(context.tokens, location, 0, name);
  if (place) reportAt(place, name, [target], true, context);
}

/** ON CONFLICT (column). */
function conflictTarget({ node }: QueryLevel, target: RangeItem, context: RuleContext): void {
  if (!('InsertStmt' in node) || !target.complete) return;
  const { infer } = node.InsertStmt.onConflictClause ?? {};
  if (!infer) return;
  const { tokens } = context;
  const from = tokens.find(['on', 'conflict'], tokens.at(node.InsertStmt.relation?.location ?? 0));
  for (const element of infer.indexElems ?? []) {
    const name = 'IndexElem' in element ? element.IndexElem.name : undefined;
    if (!name || target.columns.some((c) => c.name === name)) continue;
    for (let i = from + 2; i < tokens.length && tokens.word(i) !== 'do'; i++) {
      const place = wordOf(tokens, i, name);
      if (!place) continue;
      reportAt(place, name, [target], true, context);
      break;
    }
  }
}
