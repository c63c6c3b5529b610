/** The engine's script in words: what each statement would bring, and to which table or type. */
import type { AlterTableCmd, Node, RangeVar } from '@pgsql/types';
import type { Catalog, Constraint } from '../catalog/catalog.ts';
import { relationKey } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';
import { extensionsNamedIn } from '../database/embedded/replay.ts';
import { columnThing, defaultThing, notNullThing, typeThing, valuesThing } from '../sources/prisma/driftThings.ts';
import type { Parser } from '../syntax/parser.ts';
import { SqlText } from '../syntax/sqlText.ts';
import type { Statement } from '../syntax/statement.ts';

export interface DriftStep {
  /** The statement without the engine's comment, with its terminator. */
  readonly sql: string;
  /** As the engine writes it, with its comment. */
  readonly text: string;
  /** The key of the table or type that it is about; null for extensions and schemas. */
  readonly about: { readonly kind: 'table' | 'type'; readonly key: string } | null;
  readonly differences: readonly DriftDifference[];
}

export interface DriftDifference {
  /** As `column "email" is missing`. */
  readonly words: string;
  /** Whether a query that Prisma makes of the schema fails where the migrations have run. */
  readonly breaksQueries: boolean;
  /** What it is about, as `sources/prisma/driftThings.ts` names it. */
  readonly of: readonly string[];
}

/**
 * @param script what the engine writes from the history to the schema
 * @param history the schema behind the last migration
 */
export function stepsOf(script: string, history: Catalog, parser: Parser): DriftStep[] {
  const steps: DriftStep[] = [];
  /** Of the transaction that is open. */
  let together: Statement[] | null = null;
  for (const statement of SqlText.of(script, parser).statements) {
    const { parsed } = statement;
    if (parsed.kind !== 'tree') continue;
    const { node } = parsed;
    const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : null;
    if (kind === 'TRANS_STMT_BEGIN') together = [];
    if (together) together.push(statement);
    else steps.push({ sql: sqlOf(statement), text: statement.text.trim(), ...described(node, statement, history) });
    if (kind !== 'TRANS_STMT_COMMIT' || !together) continue;
    steps.push(replacedType(together));
    together = null;
  }
  return steps;
}

const sqlOf = (statement: Statement): string => `${statement.body.trim()};`;

/** Without what Prisma 6 and later makes of tables for lists on both sides, and older versions do otherwise. */
export const withoutJoinTableKeys = (steps: readonly DriftStep[]): DriftStep[] =>
  steps.filter(
    ({ sql }) =>
      !/^ALTER TABLE \S+ ADD CONSTRAINT "\w+_AB_pkey" PRIMARY KEY \("A", "B"\);$/.test(sql) &&
      !/^DROP INDEX (?:"[^"]+"\.)?"\w+_AB_unique";$/.test(sql),
  );

/**
 * Without CREATE EXTENSION IF NOT EXISTS for what a migration creates: the engine writes it for each extension that the datasource
 * lists, whatever the migrations have made.
 */
export const withoutMadeExtensions = (steps: readonly DriftStep[], migrations: readonly string[]): DriftStep[] =>
  steps.filter(({ sql }) => {
    const name = /^CREATE EXTENSION IF NOT EXISTS "([^"]+)"/.exec(sql)?.[1];
    return name === undefined || !migrations.some((text) => extensionsNamedIn(text, [name]).length > 0);
  });

/** To take a value from an enum, the engine puts a new type in its place, within a transaction. */
function replacedType(statements: readonly Statement[]): DriftStep {
  const names = statements.flatMap(({ parsed }) =>
    parsed.kind === 'tree' && 'RenameStmt' in parsed.node ? (parsed.node.RenameStmt.newname ?? []) : [],
  );
  return {
    sql: statements.map(sqlOf).join('\n'),
    text: statements
      .map(({ text }) => text)
      .join('')
      .trim(),
    about: typeKey(names.slice(-1)),
    differences: [difference('it has values that are not in the schema', [valuesThing(typeKey(names.slice(-1)).key)])],
  };
}

type Described = Omit<DriftStep, 'sql' | 'text'>;

function described(node: Node, statement: Statement, history: Catalog): Described {
  if ('CreateStmt' in node) {
    const key = tableKey(node.CreateStmt.relation);
    return ofTable(key, [difference('there is no such table', [key], true)]);
  }
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt;
    const key = tableKey(relation);
    const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
    return ofTable(
      key,
      commands.map((command) => differenceOf(command, key, history)),
    );
  }
  if ('IndexStmt' in node) {
    const { relation, idxname, unique, indexParams = [] } = node.IndexStmt;
    const key = tableKey(relation);
    const columns = indexParams.flatMap((param) => ('IndexElem' in param ? (param.IndexElem.name ?? []) : []));
    const words = `${unique ? 'unique index' : 'index'} ${quoted(idxname)} is missing`;
    return ofTable(key, [difference(words, [key, ...columns.map((column) => columnThing(key, column))])]);
  }
  if ('CreateEnumStmt' in node) {
    const about = typeKey(nameParts(node.CreateEnumStmt.typeName));
    return { about, differences: [difference('there is no such type', [typeThing(about.key)], true)] };
  }
  if ('AlterEnumStmt' in node) {
    const { typeName, newVal, oldVal } = node.AlterEnumStmt;
    const about = typeKey(nameParts(typeName));
    const words = oldVal
      ? `value ${literal(oldVal)} is to be ${literal(newVal)}`
      : `value ${literal(newVal)} is missing`;
    return { about, differences: [difference(words, [], true)] };
  }
  if ('CreateExtensionStmt' in node)
    return aboutDatabase(`extension ${quoted(node.CreateExtensionStmt.extname)} is missing`);
  if ('CreateSchemaStmt' in node) return aboutDatabase(`schema ${quoted(node.CreateSchemaStmt.schemaname)} is missing`);
  if ('RenameStmt' in node) return renamed(node.RenameStmt, history);
  if ('DropStmt' in node) return dropped(node.DropStmt, history);
  return aboutDatabase(firstWords(statement.body));
}

function renamed(rename: Extract<Node, { RenameStmt: unknown }>['RenameStmt'], history: Catalog): Described {
  const { renameType, relation, subname, newname } = rename;
  if (renameType === 'OBJECT_INDEX') {
    const { table, of } = indexIn(history, tableKey(relation));
    return ofTable(table, [difference(`index ${quoted(relation?.relname)} is to be named ${quoted(newname)}`, of)]);
  }
  const key = tableKey(relation);
  if (renameType === 'OBJECT_TABCONSTRAINT')
    return ofTable(key, [
      difference(
        `constraint ${quoted(subname)} is to be named ${quoted(newname)}`,
        constraintOf(history, key, subname),
      ),
    ]);
  return ofTable(key, [difference('its name differs', [key])]);
}

function dropped({ removeType, objects = [] }: { removeType?: string; objects?: Node[] }, history: Catalog): Described {
  const [object] = objects;
  const parts = object && 'List' in object ? nameParts(object.List.items) : [];
  const name = quoted(parts.at(-1));
  const key = relationKey(parts.at(-2) ?? 'public', parts.at(-1) ?? '');
  if (removeType === 'OBJECT_INDEX') {
    const { table, of } = indexIn(history, key);
    return ofTable(table, [difference(`index ${name} is not in the schema`, of)]);
  }
  if (removeType === 'OBJECT_TABLE') return ofTable(key, [difference(`table ${name} is not in the schema`, [key])]);
  if (removeType === 'OBJECT_TYPE') {
    const type = object && 'TypeName' in object ? nameParts(object.TypeName.names) : parts;
    const about = typeKey(type);
    return {
      about,
      differences: [difference(`type ${quoted(type.at(-1))} is not in the schema`, [typeThing(about.key)])],
    };
  }
  return { about: null, differences: [difference(`${name} is not in the schema`, [])] };
}

function differenceOf({ subtype, name, def }: AlterTableCmd, key: string, history: Catalog): DriftDifference {
  const own = def && 'ColumnDef' in def ? (def.ColumnDef.colname ?? name) : name;
  const column = `column ${quoted(own)}`;
  const of = [key, columnThing(key, own ?? '')];
  switch (subtype) {
    case 'AT_AddColumn':
      return difference(`${column} is missing`, of, true);
    case 'AT_DropColumn':
      return difference(`${column} is not in the schema`, of);
    case 'AT_AlterColumnType':
      return difference(`${column} has another type`, of, true);
    case 'AT_ColumnDefault':
      return difference(`${column} has ${def ? 'another default' : 'a default that is not in the schema'}`, [
        ...of,
        defaultThing(key, own ?? ''),
      ]);
    case 'AT_SetNotNull':
      return difference(`${column} is nullable`, [...of, notNullThing(key, own ?? '')]);
    case 'AT_DropNotNull':
      return difference(`${column} is NOT NULL`, of);
    case 'AT_AddConstraint': {
      const constraint = def && 'Constraint' in def ? def.Constraint : null;
      const { fk_attrs = [], keys = [], pktable } = constraint ?? {};
      const kind = constraint?.contype === 'CONSTR_FOREIGN' ? 'foreign key' : 'constraint';
      return difference(`${kind} ${quoted(constraint?.conname)} is missing`, [
        key,
        ...(pktable ? [tableKey(pktable)] : []),
        ...nameParts([...fk_attrs, ...keys]).map((each) => columnThing(key, each)),
      ]);
    }
    case 'AT_DropConstraint': {
      const isForeign = constraintNamed(history, key, name)?.kind === 'foreign';
      const what = `${isForeign ? 'foreign key' : 'constraint'} ${quoted(name)}`;
      return difference(`${what} is not in the schema`, constraintOf(history, key, name));
    }
    default:
      return difference('the table differs', [key]);
  }
}

const difference = (words: string, of: readonly string[], breaksQueries = false): DriftDifference => ({
  words,
  of,
  breaksQueries,
});

const aboutDatabase = (words: string): Described => ({ about: null, differences: [difference(words, [])] });

const ofTable = (key: string | null, differences: readonly DriftDifference[]): Described => ({
  about: key === null ? null : { kind: 'table', key },
  differences,
});

const tableKey = (relation: Pick<RangeVar, 'schemaname' | 'relname'> | undefined): string =>
  relationKey(relation?.schemaname ?? 'public', relation?.relname ?? '');
const typeKey = (parts: readonly string[]): { readonly kind: 'type'; readonly key: string } => ({
  kind: 'type',
  key: relationKey(parts.at(-2) ?? 'public', parts.at(-1) ?? ''),
});

/** What an index of the migrations is about; no table for one that their statements do not tell of. */
function indexIn(history: Catalog, key: string): { readonly table: string | null; readonly of: readonly string[] } {
  const relation = history.relations.get(key);
  const table = relation?.table ?? null;
  if (table === null) return { table, of: [key] };
  const columns = relation?.index?.keys.flatMap(({ column }) => column ?? []) ?? [];
  return { table, of: [key, table, ...columns.map((column) => columnThing(table, column))] };
}

const constraintNamed = (history: Catalog, key: string, name: string | undefined): Constraint | undefined =>
  history.relations.get(key)?.constraints.find((constraint) => constraint.name === name);

function constraintOf(history: Catalog, key: string, name: string | undefined): readonly string[] {
  const { columns = [], references = null } = constraintNamed(history, key, name) ?? {};
  return [key, ...(references === null ? [] : [references]), ...columns.map((column) => columnThing(key, column))];
}

const quoted = (name: string | undefined): string => `"${name ?? ''}"`;
const literal = (value: string | undefined): string => `'${value ?? ''}'`;
const firstWords = (sql: string): string => sql.trim().split(/\s+/).slice(0, 5).join(' ');
