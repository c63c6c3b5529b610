/**
 * What a statement leaves uncertain: SQL that is built when it runs, functions that may change the schema, files that are
 * included, extensions that we do not know. Rules that need to know all names are silent from there on.
 */
import type { Constraint, Node, RangeVar, RenameStmt } from '@pgsql/types';
import { type Doubt, relationKey } from '../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../catalog/names.ts';
import type { FunctionDefinition } from '../catalog/objects.ts';
import type { SchemaReader, SchemaWriter } from '../catalog/schema.ts';
import { builtinFunctions } from '../facts/builtinNames.ts';
import { extensionsOfTypesOnly } from '../facts/extensions.ts';
import { volatileExtensionFunctions } from '../facts/volatility.ts';
import { nearestNames } from '../rules/names/nearest.ts';
import { bodiesOf } from '../syntax/bodies/body.ts';
import { type DynamicSql, dynamicSql } from '../syntax/bodies/dynamicSql.ts';
import { readPlpgsqlBody } from '../syntax/bodies/plpgsql/blocks.ts';
import type { PlpgsqlBody } from '../syntax/bodies/plpgsql/plpgsqlBody.ts';
import { plpgsqlBodyOf } from '../syntax/bodies/read.ts';
import type { Parsed } from '../syntax/parsed.ts';
import type { Parser } from '../syntax/parser.ts';
import { SqlText } from '../syntax/sqlText.ts';
import type { Statement } from '../syntax/statement.ts';
import { Tokens } from '../syntax/tokens.ts';
import { insideOf, nodesIn, walk } from '../syntax/walk.ts';

const everything: readonly Doubt[] = ['relations', 'types', 'columns', 'constraints', 'policies'];

/** Before the statement is applied to the schema. */
export function markDoubts(statement: Statement, schema: SchemaWriter): void {
  const { parsed, text } = statement;
  // another file is run, the rows of the last query are, or what a program prints
  if (text.includes('\\') && /^[ \t]*\\(?:i|ir|include|include_relative|gexec)\b/m.test(text)) mark(schema, everything);
  if (parsed.kind === 'opaque' || definesByTemplate(parsed)) mark(schema, everything);
  else if (parsed.kind === 'error') ofBroken(statement, schema);
  else if (parsed.kind === 'tree') mark(schema, doubtsOf(statement, parsed.node, schema));
}

/** It may be about whatever the template's names stand for. */
const definesByTemplate = (parsed: Parsed): boolean =>
  parsed.kind === 'tree' &&
  parsed.templated === true &&
  !/^(?:Select|Insert|Update|Delete|Merge)Stmt$/.test(Object.keys(parsed.node)[0] ?? '');

const mark = (schema: SchemaWriter, doubts: readonly Doubt[]): void => {
  for (const doubt of doubts) schema.markDoubt(doubt);
};

const brokenDdl =
  /^(?:create|alter|drop)\s[^(;]*?\b(?:table|view|sequence|index|type|on|domain)\s+(?:concurrently\s+)?(?:only\s+)?(?:if\s+(?:not\s+)?exists\s+)?(?:("(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?("(?:[^"]|"")+"|[\w$]+)/i;

/** A statement with a mistake in it is meant to change what it names. */
function ofBroken(statement: Statement, schema: SchemaWriter): void {
  const match = brokenDdl.exec(statement.body);
  if (!match) return;
  const name = (written: string): string =>
    written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
  schema.markDoubt(`of ${relationKey(match[1] ? name(match[1]) : schema.session.schema, name(match[2] as string))}`);
}

/** What a statement leaves uncertain that has a tree. */
export function doubtsOf(statement: Statement, node: Node, schema: SchemaReader): readonly Doubt[] {
  if ('DoStmt' in node) return ofDo(statement, schema);
  if ('SelectStmt' in node || 'CallStmt' in node) return ofCalls(node, statement.parser, schema, new Set());
  if ('CreateExtensionStmt' in node)
    return extensionsOfTypesOnly.has(node.CreateExtensionStmt.extname ?? '') ? [] : ['relations', 'types'];
  if ('ImportForeignSchemaStmt' in node) return ['relations'];
  // EXPLAIN ANALYZE runs it
  if ('ExplainStmt' in node && node.ExplainStmt.query && 'CreateTableAsStmt' in node.ExplainStmt.query)
    return ['relations'];
  if ('TransactionStmt' in node && node.TransactionStmt.kind === 'TRANS_STMT_PREPARE') return everything;
  // what DDL sets off from now on, which search path other sessions have, code that is loaded
  if ('CreateEventTrigStmt' in node || 'LoadStmt' in node) return everything;
  if ('AlterDatabaseSetStmt' in node && node.AlterDatabaseSetStmt.setstmt?.name === 'search_path') return everything;
  if ('AlterRoleSetStmt' in node && node.AlterRoleSetStmt.setstmt?.name === 'search_path') return everything;
  if ('RenameStmt' in node) return ofRename(node.RenameStmt, schema);
  return ofDefinition(node, schema);
}

const relationKinds = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX', 'OBJECT_SEQUENCE']);

/** What has a new name now was not known by the old one. Asked of the schema behind the statement, it is known by the new one. */
function ofRename({ renameType, relation, newname }: RenameStmt, schema: SchemaReader): Doubt[] {
  const key = relationKey(relation?.schemaname ?? schema.session.schema, newname ?? '');
  if (!relationKinds.has(renameType ?? '') || schema.relation(key)) return [];
  return schema.relation(rangeVarKey(relation, schema.session.schema)) ? [] : [`of ${key}`];
}

/** DDL on what the files never created tells that they are not the whole history; so do rows of it, before they create much. */
function ofDefinition(node: Node, schema: SchemaReader): Doubt[] {
  const doubts: Doubt[] = [];
  /** @param fewer of relations than these are there */
  const needs = (relation: RangeVar | undefined, fewer = Number.POSITIVE_INFINITY): void => {
    const key = rangeVarKey(relation, schema.session.schema);
    const namespace = relation?.schemaname ?? schema.session.schema;
    if (!relation || schema.relation(key) || (namespace !== 'public' && !schema.hasNamespace(namespace))) return;
    // a name that was dropped, or is misspelt, is a mistake of this statement alone
    if (schema.doubts('origin') || schema.versionsOf(key).length > 0) return;
    // to be asked last: who asks for all of a schema is run again with each change of it
    const others = schema.contentsOf(namespace).relations.map((other) => other.slice(namespace.length + 1));
    if (others.length < fewer && nearestNames(relation.relname ?? '', others).length === 0) doubts.push('origin');
  };
  const changesRows = (relation: RangeVar | undefined): void => needs(relation, fewRelations);
  const references = (constraint: Constraint): void => {
    if (constraint.contype === 'CONSTR_FOREIGN') needs(constraint.pktable);
  };
  if ('AlterTableStmt' in node) {
    const { objtype, missing_ok, relation, cmds } = node.AlterTableStmt;
    if (objtype === 'OBJECT_TABLE' && !missing_ok) needs(relation);
    walk(cmds, (type, inner) => {
      if (type === 'Constraint') references(inner as Constraint);
    });
  } else if ('UpdateStmt' in node) changesRows(node.UpdateStmt.relation);
  else if ('DeleteStmt' in node) changesRows(node.DeleteStmt.relation);
  else if ('InsertStmt' in node) changesRows(node.InsertStmt.relation);
  else if ('IndexStmt' in node) needs(node.IndexStmt.relation);
  else if ('CreateTrigStmt' in node) needs(node.CreateTrigStmt.relation);
  else if ('CreatePolicyStmt' in node) needs(node.CreatePolicyStmt.table);
  else if ('CreateStmt' in node) {
    const { relation, if_not_exists, tableElts, inhRelations } = node.CreateStmt;
    const key = rangeVarKey(relation, schema.session.schema);
    if (if_not_exists && !schema.relation(key)) doubts.push(`older ${key}`);
    for (const parent of inhRelations ?? []) if ('RangeVar' in parent) needs(parent.RangeVar);
    walk(tableElts, (type, inner) => {
      const own = inner as Constraint;
      const isItself = type === 'Constraint' && own.pktable && rangeVarKey(own.pktable, schema.session.schema) === key;
      if (type === 'Constraint' && !isItself) references(own);
    });
  }
  return doubts;
}

/** Who has fewer of them is at the very beginning. */
const fewRelations = 3;

function ofDo(statement: Statement, schema: SchemaReader): readonly Doubt[] {
  const [body] = bodiesOf(statement);
  // in another language
  if (!body) return everything;
  return body.language === 'plpgsql'
    ? ofPlpgsql(body.text, plpgsqlBodyOf(body, statement.parser), statement.parser, schema, new Set(), 'replayed')
    : [];
}

/**
 * @param seen names of the functions that call it
 * @param how replayed: the catalog takes what is written in it, so that only SQL that is built is uncertain
 */
function ofPlpgsql(
  text: string,
  body: PlpgsqlBody,
  parser: Parser,
  schema: SchemaReader,
  seen: Set<string>,
  how: 'replayed' | 'called',
): readonly Doubt[] {
  const doubts = new Set<Doubt>();
  const add = (found: readonly Doubt[]): void => {
    for (const doubt of found) doubts.add(doubt);
  };
  for (const { start, end } of body.dynamic) {
    const dynamic = dynamicSql(text, start, end);
    const texts = dynamic ? [dynamic] : assignedTo(text.slice(start, end), text);
    if (texts.length === 0) return everything;
    for (const one of texts) {
      const outcome = parser.parse(one.sql);
      if (outcome.kind !== 'tree') {
        // what %s stands for may be a number, or more than a name
        const view = one.guessed ? viewOfUnknownQuery.exec(one.sql)?.[1] : undefined;
        if (view !== undefined) {
          add([`of ${relationKey(schema.session.schema, view.toLowerCase())}`]);
          continue;
        }
        const beginning = one.guessed ? beginnings.find(([words]) => words.test(one.sql)) : undefined;
        if (!beginning) return everything;
        add(beginning[1]);
        continue;
      }
      // the catalog takes only what is written at EXECUTE itself
      if (how === 'called' || !dynamic || one.template || one.guessed)
        for (const { stmt } of outcome.stmts) if (stmt) add(ofUnknownNames(stmt));
    }
  }
  for (const { parsed } of body.statements) {
    const node = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
    if (!node) continue;
    if (how === 'called') add(ofStatic(node));
    add(ofCalls(node, parser, schema, seen));
  }
  return [...doubts];
}

const beginnings: readonly (readonly [words: RegExp, doubts: readonly Doubt[]])[] = [
  [/^\s*create\s+(?:table|index)\s/i, ['partitions']],
  [/^\s*alter\s+table\s+\S+\s+(?:attach|detach)\s+partition\s/i, []],
];

/** `CREATE VIEW name AS %s`; the place-holder is filled with `x`s. */
const viewOfUnknownQuery =
  /^\s*create\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\s+(?!x+\s)([a-z_][\w$]*)\s+as\s+x+\s*;?\s*$/i;

/** What a body assigns to the variable that EXECUTE runs; nothing where one of the values is known only when it runs. */
function assignedTo(written: string, text: string): readonly DynamicSql[] {
  const name = written.trim().toLowerCase();
  if (!/^[a-z_][\w$]*$/.test(name)) return [];
  const tokens = new Tokens(text, 0, text.length);
  const found: DynamicSql[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens.word(i) !== name) continue;
    // SELECT … INTO, FOR … IN, GET DIAGNOSTICS and what else gives it a value
    if (tokens.word(i - 1) === 'into' || tokens.word(i - 1) === 'for') return [];
    const typed = tokens.word(i + 1) === 'text' || tokens.word(i + 1) === 'varchar';
    const operator = tokens.written(typed ? i + 2 : i + 1);
    const isAssigned = operator === ':=' || (operator === '=' && startsStatement(tokens.word(i - 1)));
    if (!isAssigned) continue;
    let end = i;
    while (end < tokens.length && tokens.written(end) !== ';') end++;
    const value = dynamicSql(text, tokens.span(typed ? i + 3 : i + 2).start, tokens.span(end - 1).end);
    if (!value) return [];
    found.push(value);
  }
  return found;
}

const startsStatement = (word: string): boolean =>
  word === ';' || word === 'begin' || word === 'then' || word === 'else' || word === 'loop' || word === 'declare';

/** A statement that runs with names that are not known, or that the catalog does not take. */
function ofUnknownNames(node: Node): readonly Doubt[] {
  const [type = ''] = Object.keys(node);
  if (type === 'CreatePolicyStmt' || type === 'AlterPolicyStmt') return ['policies'];
  if (keepsNames.has(type)) return [];
  if (createsRelations.has(type)) return ['partitions'];
  if ('CreateEnumStmt' in node || 'CreateDomainStmt' in node || 'CompositeTypeStmt' in node) return ['types'];
  // what is gone is known to be there, which does no harm
  if ('DropStmt' in node) return [];
  if ('RenameStmt' in node) {
    const { renameType = '' } = node.RenameStmt;
    if (renameType === 'OBJECT_COLUMN') return ['columns', 'constraints'];
    if (renameType === 'OBJECT_TABLE' || renameType === 'OBJECT_INDEX') return ['partitions'];
    return renameType === 'OBJECT_TABCONSTRAINT' ? ['constraints', 'partitions'] : everything;
  }
  if (!('AlterTableStmt' in node)) return everything;
  return (node.AlterTableStmt.cmds ?? []).flatMap((command): readonly Doubt[] => {
    const subtype = 'AlterTableCmd' in command ? (command.AlterTableCmd.subtype ?? '') : '';
    if (changesColumns.has(subtype)) return ['columns', 'constraints'];
    if (/RowSecurity$/.test(subtype)) return ['policies'];
    return /Constraint|Index/.test(subtype) ? ['constraints', 'partitions'] : [];
  });
}

/** A statement of a function that is called: what it creates has a name of its own. */
function ofStatic(node: Node): readonly Doubt[] {
  const doubts = ofUnknownNames(node);
  return doubts.includes('partitions') ? [...doubts, 'relations'] : doubts;
}

const keepsNames = new Set(
  (
    'SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt LockStmt CopyStmt VacuumStmt ReindexStmt GrantStmt ' +
    'CommentStmt VariableSetStmt TransactionStmt CreateTrigStmt CreateFunctionStmt ' +
    'AlterFunctionStmt CallStmt RefreshMatViewStmt AlterSeqStmt NotifyStmt ClusterStmt CreateStatsStmt'
  ).split(' '),
);
const createsRelations = new Set(['CreateStmt', 'CreateTableAsStmt', 'ViewStmt', 'IndexStmt', 'CreateSeqStmt']);
const changesColumns = new Set([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_AddInherit',
  'AT_DropInherit',
]);

/** Of the functions that it calls. */
function ofCalls(node: Node, parser: Parser, schema: SchemaReader, seen: Set<string>): readonly Doubt[] {
  const doubts = new Set<Doubt>();
  for (const { funcname } of nodesIn(insideOf(node), 'FuncCall'))
    for (const doubt of ofCall(nameParts(funcname), parser, schema, seen)) doubts.add(doubt);
  return [...doubts];
}

const harmlessSchemas = new Set(['pg_catalog', 'sqlc']);

/** Of extensions that merely compute. */
const harmlessFunctions = new Set([...volatileExtensionFunctions, 'crypt', 'digest', 'hmac', 'similarity', 'unaccent']);

function ofCall(names: readonly string[], parser: Parser, schema: SchemaReader, seen: Set<string>): readonly Doubt[] {
  const name = names.at(-1) ?? '';
  if ((names.length > 1 && harmlessSchemas.has(names[0] ?? '')) || seen.has(name)) return [];
  seen.add(name);
  const known = schema.functions(name);
  if (known.length === 0) return builtinFunctions.has(name) || harmlessFunctions.has(name) ? [] : everything;
  return known.flatMap((definition) => ofBody(definition, parser, schema, seen));
}

function ofBody(
  { language, body }: FunctionDefinition,
  parser: Parser,
  schema: SchemaReader,
  seen: Set<string>,
): readonly Doubt[] {
  // BEGIN ATOMIC holds no DDL
  if (body === null) return language === 'sql' ? [] : everything;
  if (language === 'plpgsql') return ofPlpgsql(body, readPlpgsqlBody(body, parser), parser, schema, seen, 'called');
  if (language !== 'sql') return everything;
  return SqlText.of(body, parser).statements.flatMap(({ parsed }): readonly Doubt[] => {
    if (parsed.kind === 'none') return [];
    if (parsed.kind !== 'tree') return everything;
    return [...ofStatic(parsed.node), ...ofCalls(parsed.node, parser, schema, seen)];
  });
}
