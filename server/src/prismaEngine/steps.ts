/** The engine's script in words: what each statement would bring, and to which table or type. */
import type { AlterTableCmd, Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.ts';
import { relationKey } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';
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
  /** What differs, each as `column "email" is missing`. */
  readonly differences: readonly string[];
  /** Whether a query that Prisma makes of the schema fails where the migrations have run. */
  readonly breaksQueries: boolean;
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
    differences: ['it has values that are not in the schema'],
    breaksQueries: false,
  };
}

type Described = Omit<DriftStep, 'sql' | 'text'>;

function described(node: Node, statement: Statement, history: Catalog): Described {
  if ('CreateStmt' in node) {
    const { relation } = node.CreateStmt;
    return step(tableKey(relation?.schemaname, relation?.relname), ['there is no such table'], true);
  }
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt;
    const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
    return step(
      tableKey(relation?.schemaname, relation?.relname),
      commands.map(differenceOf),
      commands.some(({ subtype }) => subtype === 'AT_AddColumn' || subtype === 'AT_AlterColumnType'),
    );
  }
  if ('IndexStmt' in node) {
    const { relation, idxname, unique } = node.IndexStmt;
    const what = `${unique ? 'unique index' : 'index'} ${quoted(idxname)}`;
    return step(tableKey(relation?.schemaname, relation?.relname), [`${what} is missing`], false);
  }
  if ('CreateEnumStmt' in node) {
    const parts = nameParts(node.CreateEnumStmt.typeName);
    return { about: typeKey(parts), differences: ['there is no such type'], breaksQueries: true };
  }
  if ('AlterEnumStmt' in node) {
    const { typeName, newVal, oldVal } = node.AlterEnumStmt;
    const difference = oldVal
      ? `value ${literal(oldVal)} is to be ${literal(newVal)}`
      : `value ${literal(newVal)} is missing`;
    return { about: typeKey(nameParts(typeName)), differences: [difference], breaksQueries: true };
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
    const table = tableOfIndex(relation?.schemaname, relation?.relname, history);
    return step(table, [`index ${quoted(relation?.relname)} is to be named ${quoted(newname)}`], false);
  }
  if (renameType === 'OBJECT_TABCONSTRAINT')
    return step(
      tableKey(relation?.schemaname, relation?.relname),
      [`constraint ${quoted(subname)} is to be named ${quoted(newname)}`],
      false,
    );
  return step(tableKey(relation?.schemaname, relation?.relname), ['its name differs'], false);
}

function dropped({ removeType, objects = [] }: { removeType?: string; objects?: Node[] }, history: Catalog): Described {
  const [object] = objects;
  const parts = object && 'List' in object ? nameParts(object.List.items) : [];
  const name = quoted(parts.at(-1));
  if (removeType === 'OBJECT_INDEX') {
    const table = tableOfIndex(parts.at(-2), parts.at(-1), history);
    return step(table, [`index ${name} is not in the schema`], false);
  }
  if (removeType === 'OBJECT_TABLE')
    return step(tableKey(parts.at(-2), parts.at(-1)), [`table ${name} is not in the schema`], false);
  if (removeType === 'OBJECT_TYPE') {
    const type = object && 'TypeName' in object ? nameParts(object.TypeName.names) : parts;
    return {
      about: typeKey(type),
      differences: [`type ${quoted(type.at(-1))} is not in the schema`],
      breaksQueries: false,
    };
  }
  return { about: null, differences: [`${name} is not in the schema`], breaksQueries: false };
}

function differenceOf({ subtype, name, def }: AlterTableCmd): string {
  const column = quoted(def && 'ColumnDef' in def ? (def.ColumnDef.colname ?? name) : name);
  switch (subtype) {
    case 'AT_AddColumn':
      return `column ${column} is missing`;
    case 'AT_DropColumn':
      return `column ${quoted(name)} is not in the schema`;
    case 'AT_AlterColumnType':
      return `column ${quoted(name)} has another type`;
    case 'AT_ColumnDefault':
      return def
        ? `column ${quoted(name)} has another default`
        : `column ${quoted(name)} has a default that is not in the schema`;
    case 'AT_SetNotNull':
      return `column ${quoted(name)} is nullable`;
    case 'AT_DropNotNull':
      return `column ${quoted(name)} is NOT NULL`;
    case 'AT_AddConstraint': {
      const constraint = def && 'Constraint' in def ? def.Constraint : null;
      const kind = constraint?.contype === 'CONSTR_FOREIGN' ? 'foreign key' : 'constraint';
      return `${kind} ${quoted(constraint?.conname)} is missing`;
    }
    case 'AT_DropConstraint':
      return `constraint ${quoted(name)} is not in the schema`;
    default:
      return 'the table differs';
  }
}

const aboutDatabase = (difference: string): Described => ({
  about: null,
  differences: [difference],
  breaksQueries: false,
});

const step = (key: string | null, differences: string[], breaksQueries: boolean): Described => ({
  about: key === null ? null : { kind: 'table', key },
  differences,
  breaksQueries,
});

const tableKey = (schema: string | undefined, name: string | undefined): string =>
  relationKey(schema ?? 'public', name ?? '');
const typeKey = (parts: readonly string[]): DriftStep['about'] => ({
  kind: 'type',
  key: relationKey(parts.at(-2) ?? 'public', parts.at(-1) ?? ''),
});

/** Null for one that the migrations' statements do not tell of. */
const tableOfIndex = (schema: string | undefined, name: string | undefined, history: Catalog): string | null =>
  history.relations.get(tableKey(schema, name))?.table ?? null;

const quoted = (name: string | undefined): string => `"${name ?? ''}"`;
const literal = (value: string | undefined): string => `'${value ?? ''}'`;
const firstWords = (sql: string): string => sql.trim().split(/\s+/).slice(0, 5).join(' ');
