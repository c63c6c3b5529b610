/**
 * A type change that blocks nobody, written out: a second column of the new type, kept in step by a trigger, filled in
 * batches, with its own indexes and foreign keys; then one short transaction puts it in the place of the old one. Proven
 * under concurrent writes in test/postgres/typeChangeByNewColumn.test.ts.
 */
import type { AlterTableStmt, Node } from '@pgsql/types';
import {
  type Column,
  type Constraint,
  constraintOf,
  type ReferentialAction,
  type Relation,
} from '../../catalog/catalog.ts';
import type { IndexDefinition } from '../../catalog/objects.ts';
import type { TableCommand } from '../alterTable.ts';
import { indentOf, isAlone, mayAddTransactions, mayFollowUp, quoteIdentifier } from '../edits.ts';
import type { Fix, RuleContext } from '../rule.ts';

interface Steps {
  /** In the statement's place: brief locks only. */
  readonly begin: readonly string[];
  /** Outside a transaction: what reads or writes all rows. */
  readonly fill: readonly string[];
  /** In one transaction: the new column takes the old one's place. */
  readonly swap: readonly string[];
}

/** Empty where the column has something that is not known well enough to be made again. */
export function newColumnFix(stmt: AlterTableStmt, item: TableCommand, context: RuleContext): Fix[] {
  const steps = stmt.cmds?.length === 1 && !stmt.missing_ok ? stepsOf(item, context) : null;
  if (!steps) return [];
  const { text, body } = context;
  const end = `;\n${indentOf(context)}`;
  const title = 'Change it by a new column that is filled beside the old one';
  const replace = (statements: readonly string[]) => [
    { start: body.start, end: body.end, newText: statements.join(end) },
  ];
  const name = `${item.table.name}_${item.command.name}`;
  if (mayFollowUp(context, stmt.relation))
    return [
      {
        title,
        safe: false,
        edits: replace(steps.begin),
        followUps: [
          { name: `fill_${name}`, statements: steps.fill, outsideTransaction: true },
          { name: `swap_${name}`, statements: steps.swap, outsideTransaction: false },
        ],
      },
    ];
  if (!isAlone(context) || !mayAddTransactions(context) || /--|\/\*/.test(text.slice(body.start, body.end))) return [];
  return [{ title, safe: false, edits: replace([...steps.begin, ...steps.fill, 'BEGIN', ...steps.swap, 'COMMIT']) }];
}

function stepsOf({ table, command, first, last }: TableCommand, context: RuleContext): Steps | null {
  const { relation } = table;
  const column = relation?.columns.find((c) => c.name === command.name);
  if (!relation || !column || !canBeRebuilt(relation, column)) return null;
  const { tokens, text, before } = context;
  const type = tokens.findOutside(['type'], first + 2, last + 1);
  const using = tokens.findOutside(['using'], type, last + 1);
  if (type < 0 || tokens.findOutside(['collate'], type, last + 1) > 0) return null;
  const words = (from: number, to: number) => text.slice(tokens.span(from).start, tokens.span(to).end);
  const newType = words(type + 1, using < 0 ? last : using - 1);
  const expression = using < 0 ? null : words(using + 1, last);

  const key = relation.constraints.find((c) => c.kind === 'primary')?.columns;
  const defaultValue = column.default ? literal(column.default) : null;
  if (key?.length !== 1 || (column.default !== null && defaultValue === null)) return null;
  const next = `${column.name}_new`;
  // the last of the BEFORE triggers: they run in the order of their names
  const sync = `zz_${relation.name}_${next}`;
  if (
    relation.columns.some((c) => [next, 'batch', 'next_batch'].includes(c.name)) ||
    relation.triggers.some((t) => t.name >= sync)
  )
    return null;
  if ([sync, `${relation.name}_${next}_not_null`].some((name) => new TextEncoder().encode(name).length > 63))
    return null;

  const t = table.written;
  const [c, n, id, trigger] = [column.name, next, key[0] as string, sync].map(quoteIdentifier) as [
    string,
    string,
    string,
    string,
  ];
  const indexes = rebuiltIndexes(relation, column, n, t, context);
  const keys = rebuiltForeignKeys(relation, column, n, t);
  if (indexes === null || keys === null) return null;
  const notNull = quoteIdentifier(`${relation.name}_${next}_not_null`);
  // a plain assignment refuses what ALTER COLUMN … TYPE refuses, where a cast would cut a long text off
  const value =
    expression === null
      ? `NEW.${c}`
      : `(SELECT ${expression} FROM (SELECT NEW.*) AS ${quoteIdentifier(relation.name)})`;
  const schema = before.session.schema === relation.schema ? '' : `${quoteIdentifier(relation.schema)}.`;
  return {
    begin: [
      `ALTER TABLE ${t} ADD COLUMN ${n} ${newType}`,
      `CREATE FUNCTION ${schema}${trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.${n} := ${value}; RETURN NEW; END $$`,
      `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${t} FOR EACH ROW EXECUTE FUNCTION ${schema}${trigger}()`,
      ...(column.notNull ? [`ALTER TABLE ${t} ADD CONSTRAINT ${notNull} CHECK (${n} IS NOT NULL) NOT VALID`] : []),
      ...keys.add,
    ],
    fill: [
      batches(t, id, c),
      ...(column.notNull ? [`ALTER TABLE ${t} VALIDATE CONSTRAINT ${notNull}`] : []),
      ...keys.validate,
      ...indexes.create,
    ],
    swap: [
      `DROP TRIGGER ${trigger} ON ${t}`,
      `DROP FUNCTION ${schema}${trigger}()`,
      `ALTER TABLE ${t} DROP COLUMN ${c}`,
      `ALTER TABLE ${t} RENAME COLUMN ${n} TO ${c}`,
      ...(column.notNull
        ? [`ALTER TABLE ${t} ALTER COLUMN ${c} SET NOT NULL`, `ALTER TABLE ${t} DROP CONSTRAINT ${notNull}`]
        : []),
      ...(defaultValue === null ? [] : [`ALTER TABLE ${t} ALTER COLUMN ${c} SET DEFAULT ${defaultValue}`]),
      ...keys.rename,
      ...indexes.rename,
    ],
  };
}

/** 1,000 rows at a time by the primary key, each batch a transaction of its own; the trigger makes the new value. */
const batches = (t: string, id: string, c: string): string => `DO $$
DECLARE
  batch ${t}.${id}%TYPE;
  next_batch ${t}.${id}%TYPE;
BEGIN
  SELECT ${id} INTO batch FROM ${t} ORDER BY ${id} LIMIT 1;
  WHILE batch IS NOT NULL LOOP
    SELECT ${id} INTO next_batch FROM ${t} WHERE ${id} >= batch ORDER BY ${id} OFFSET 1000 LIMIT 1;
    UPDATE ${t} SET ${c} = ${c} WHERE ${id} >= batch AND (next_batch IS NULL OR ${id} < next_batch);
    COMMIT;
    batch := next_batch;
  END LOOP;
END $$`;

/** A plain table and a plain column of it, which only indexes and foreign keys of the table itself use. */
function canBeRebuilt(relation: Relation, column: Column): boolean {
  const plainTable =
    relation.kind === 'table' &&
    relation.complete &&
    relation.partitionOf === null &&
    relation.inheritors.length === 0 &&
    relation.inherits.length === 0 &&
    relation.comment === null;
  const plainColumn =
    !column.identity &&
    !column.generated &&
    !column.serial &&
    column.collation === null &&
    column.hasDefault === (column.default !== null);
  const used =
    relation.dependents.some((d) => d.columns === null || d.columns.includes(column.name)) ||
    relation.columns.some((c) => c.generated) ||
    relation.referencedBy.some((f) => f.columns.includes(column.name)) ||
    relation.constraints.some(
      (c) => c.columns.includes(column.name) && !['foreign', 'unique', 'not-null'].includes(c.kind),
    ) ||
    // a check names its columns in its expression only
    relation.constraints.some((c) => c.kind === 'check' && (c.columns.length === 0 || c.columns.includes(column.name)));
  return plainTable && plainColumn && !used;
}

function literal(expression: Node): string | null {
  if (!('A_Const' in expression)) return null;
  const { sval, ival, fval, boolval } = expression.A_Const;
  if (sval) return `'${(sval.sval ?? '').replaceAll("'", "''")}'`;
  if (ival) return String(ival.ival ?? 0);
  if (fval) return fval.fval ?? null;
  return boolval ? String(boolval.boolval ?? false) : null;
}

interface RebuiltIndexes {
  readonly create: readonly string[];
  readonly rename: readonly string[];
}

/** The indexes and unique constraints that the column is in; null where one of them is not plain. */
function rebuiltIndexes(
  relation: Relation,
  column: Column,
  n: string,
  t: string,
  { before }: RuleContext,
): RebuiltIndexes | null {
  const create: string[] = [];
  const rename: string[] = [];
  for (const key of relation.indexes) {
    const index = before.relation(key);
    const definition = index?.index;
    if (!index || !definition || definition.where || definition.keys.some((k) => k.column === null)) return null;
    const columns = definition.keys.map((k) => k.column as string);
    if (![...columns, ...definition.include].includes(column.name)) continue;
    const constraint = definition.constraint === null ? null : constraintOf(relation, definition.constraint);
    if (!isPlain(definition) || constraint?.deferrable || constraint === undefined) return null;
    const name = `${index.name}_new`;
    if (new TextEncoder().encode(name).length > 63) return null;
    const [from, to] = [quoteIdentifier(name), quoteIdentifier(index.name)];
    const list = columns.map((c) => (c === column.name ? n : quoteIdentifier(c))).join(', ');
    create.push(`CREATE ${definition.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${from} ON ${t} (${list})`);
    const schema = relation.schema === before.session.schema ? '' : `${quoteIdentifier(relation.schema)}.`;
    rename.push(
      definition.constraint === null
        ? `ALTER INDEX ${schema}${from} RENAME TO ${to}`
        : `ALTER TABLE ${t} ADD CONSTRAINT ${to} UNIQUE USING INDEX ${from}`,
    );
  }
  return { create, rename };
}

const isPlain = (definition: IndexDefinition): boolean =>
  definition.method === 'btree' &&
  !definition.nullsNotDistinct &&
  definition.include.length === 0 &&
  Object.keys(definition.options).length === 0 &&
  definition.keys.every((k) => !k.operatorClass && k.collation === null && !k.descending && !k.nullsFirst);

interface RebuiltForeignKeys {
  readonly add: readonly string[];
  readonly validate: readonly string[];
  readonly rename: readonly string[];
}

const written = (action: ReferentialAction): string => action.toUpperCase();

/** The foreign keys that the column is in; null where one of them is not plain. */
function rebuiltForeignKeys(relation: Relation, column: Column, n: string, t: string): RebuiltForeignKeys | null {
  const keys = relation.constraints.filter((c) => c.kind === 'foreign' && c.columns.includes(column.name));
  if (keys.some((key) => !isPlainForeignKey(key))) return null;
  const names = keys.map((key) => [quoteIdentifier(`${key.name}_new`), quoteIdentifier(key.name ?? '')] as const);
  return {
    add: keys.map((key, i) => {
      const [schema = '', table = ''] = (key.references ?? '').split('.');
      const referenced = `${schema === 'public' ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(table)}`;
      const columns =
        key.referencedColumns.length > 0 ? ` (${key.referencedColumns.map(quoteIdentifier).join(', ')})` : '';
      return `ALTER TABLE ${t} ADD CONSTRAINT ${names[i]?.[0]} FOREIGN KEY (${n}) REFERENCES ${referenced}${columns} ON DELETE ${written(key.onDelete)} ON UPDATE ${written(key.onUpdate)} NOT VALID`;
    }),
    validate: names.map(([name]) => `ALTER TABLE ${t} VALIDATE CONSTRAINT ${name}`),
    rename: names.map(([from, to]) => `ALTER TABLE ${t} RENAME CONSTRAINT ${from} TO ${to}`),
  };
}

const isPlainForeignKey = (key: Constraint): boolean =>
  key.name !== null &&
  key.columns.length === 1 &&
  !key.deferrable &&
  key.validated &&
  key.references !== null &&
  new TextEncoder().encode(`${key.name}_new`).length <= 63;
