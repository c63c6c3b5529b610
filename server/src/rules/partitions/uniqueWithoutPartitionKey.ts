import type { Constraint, CreateStmt, IndexElem, Node, PartitionSpec } from '@pgsql/types';
import { partitionKeyOf } from '../../catalog/inheritance.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import type { PartitionKey } from '../../catalog/objects.ts';
import type { Span } from '../../syntax/tokens.ts';
import { insertAt, quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { constraintSpan, definedColumns, elementsOf, keywords } from '../schema/newColumns.ts';

const kinds: Readonly<Record<string, string>> = {
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique constraint',
  CONSTR_EXCLUSION: 'exclusion constraint',
};

export default defineRule({
  id: 'unique-without-partition-key',
  family: 'partitions',
  severity: 'error',
  docs: {
    summary:
      'A primary key, unique constraint or unique index of a partitioned table that lacks a column of its partition key.',
    why: 'Each partition has an index of its own, and no index sees the rows of two. So Postgres can only keep unique what cannot lie in two partitions, and refuses a key that does not contain all columns of the partition key; and any, if the partition key has an expression. Exclusion constraints need them too, compared with =, and are refused altogether before Postgres 17.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE events (id bigint, at date NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (at);',
      safe: 'CREATE TABLE events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);',
    },
    {
      schema: 'CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);',
      unsafe: 'CREATE UNIQUE INDEX events_id ON events (id);',
      safe: 'CREATE UNIQUE INDEX events_id ON events (id, at);',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      if (!stmt.partspec) return;
      const key = partitionKeyOf(stmt.partspec as PartitionSpec);
      for (const column of definedColumns(stmt, context, context.before.session.schema))
        for (const node of column.constraints) {
          const span = constraintSpan(column, node, context);
          judge(node, [column.name], key, span, context, (missing) =>
            asElement(stmt, node, column.name, missing, span, context),
          );
        }
      for (const { node, first, last } of elementsOf(stmt, context))
        if ('Constraint' in node) ofConstraint(node.Constraint, key, context.tokens.span(first, last), context);
    },
    AlterTableStmt(stmt, context) {
      const key = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema))?.partitionKey;
      if (!key) return;
      const parts = context.tokens.split(context.tokens.afterName(context.tokens.at(stmt.relation?.location ?? 0)));
      for (const [i, node] of (stmt.cmds ?? []).entries()) {
        const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
        const part = parts[i];
        if (part && command?.subtype === 'AT_AddConstraint' && command.def && 'Constraint' in command.def)
          ofConstraint(command.def.Constraint, key, context.tokens.span(part.first, part.last), context);
      }
    },
    IndexStmt(stmt, context) {
      const key = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema))?.partitionKey;
      if (!key || !stmt.unique || stmt.if_not_exists) return;
      const { tokens } = context;
      const open = tokens.find(['('], tokens.afterName(tokens.at(stmt.relation?.location ?? 0)));
      const columns = elements(stmt.indexParams).flatMap((element) => (element.name ? [element.name] : []));
      report('unique index', columns, key, tokens.span(0, tokens.find(['index'])), context, (missing) =>
        open < 0 ? [] : appended(open, missing, context),
      );
    },
  },
});

const elements = (nodes: readonly Node[] | undefined): IndexElem[] =>
  (nodes ?? []).flatMap((node) => ('IndexElem' in node ? [node.IndexElem] : []));

function ofConstraint(node: Constraint, key: PartitionKey, span: Span, context: RuleContext): void {
  const { tokens } = context;
  const open = tokens.find(['('], tokens.at(span.start), tokens.at(span.end - 1));
  const columns = node.contype === 'CONSTR_EXCLUSION' ? comparedWithEquals(node) : nameParts(node.keys);
  judge(node, columns, key, span, context, (missing) =>
    open < 0 || node.contype === 'CONSTR_EXCLUSION' ? [] : appended(open, missing, context),
  );
}

function comparedWithEquals(node: Constraint): string[] {
  return (node.exclusions ?? []).flatMap((pair) => {
    const [element, operator] = 'List' in pair ? (pair.List.items ?? []) : [];
    const equals = operator && 'List' in operator ? nameParts(operator.List.items).at(-1) === '=' : false;
    return equals && element && 'IndexElem' in element && element.IndexElem.name ? [element.IndexElem.name] : [];
  });
}

function judge(
  node: Constraint,
  columns: readonly string[],
  key: PartitionKey,
  span: Span,
  context: RuleContext,
  fix: (missing: readonly string[]) => Fix[],
): void {
  const kind = kinds[node.contype ?? ''];
  // USING INDEX is refused for a reason of its own
  if (!kind || node.indexname) return;
  if (node.contype === 'CONSTR_EXCLUSION' && context.targetVersion < 17)
    context.report(
      span,
      'This fails: partitioned tables take no exclusion constraint before Postgres 17.',
      'Give each partition its own.',
    );
  else report(kind, columns, key, span, context, fix);
}

function report(
  kind: string,
  columns: readonly string[],
  key: PartitionKey,
  span: Span,
  context: RuleContext,
  fix: (missing: readonly string[]) => Fix[],
): void {
  const missing = key.columns.filter((name) => name !== null && !columns.includes(name)) as string[];
  if (key.columns.includes(null))
    context.report(
      span,
      `This fails: the partition key has an expression, so the table can have no ${kind}.`,
      'Partition by plain columns, or give each partition its own.',
    );
  else if (missing.length > 0)
    context.report(
      span,
      `This fails: the ${kind} lacks ${missing.join(', ')}, which the table is partitioned by.`,
      'Add the columns of the partition key to it. What is to be unique over all partitions needs a table of its own.',
      fix(missing),
    );
}

/** At the end of the list of columns. */
function appended(open: number, missing: readonly string[], { tokens }: RuleContext): Fix[] {
  const close = tokens.find([')'], open);
  // a list with parentheses in it
  if (close < 0 || tokens.find(['('], open + 1, close) >= 0) return [];
  const newText = missing.map((name) => `, ${quoteIdentifier(name)}`).join('');
  return [
    { title: `Add ${missing.join(', ')} to it`, safe: false, edits: [insertAt(tokens.span(close).start, newText)] },
  ];
}

/** From the column to an element of its own, the last one. */
function asElement(
  stmt: CreateStmt,
  node: Constraint,
  column: string,
  missing: readonly string[],
  span: Span,
  context: RuleContext,
): Fix[] {
  const { tokens, text } = context;
  const last = elementsOf(stmt, context).at(-1);
  if (!last || node.conname || node.deferrable) return [];
  const end = tokens.span(last.last).end;
  const before = text.slice(tokens.span(last.first - 1).end, tokens.span(last.first).start);
  const words = keywords(node.contype === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE', context);
  const list = [column, ...missing].map(quoteIdentifier).join(', ');
  const start = tokens.span(tokens.at(span.start) - 1).end;
  const added = `,${before.includes('\n') ? before : ' '}${words} (${list})`;
  return [
    {
      title: `Add ${missing.join(', ')} to it`,
      safe: false,
      edits:
        span.end === end
          ? [{ start, end, newText: added }]
          : [{ start, end: span.end, newText: '' }, insertAt(end, added)],
    },
  ];
}
