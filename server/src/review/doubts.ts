/**
 * What a statement leaves uncertain: SQL that is built when it runs, functions that may change the schema, files that are
 * included, extensions that we do not know. Rules that need to know all names are silent from there on.
 */
import type { Constraint, Node, RangeVar } from '@pgsql/types';
import { type Doubt, relationKey } from '../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../catalog/names.ts';
import type { FunctionDefinition } from '../catalog/objects.ts';
import type { SchemaReader, SchemaWriter } from '../catalog/schema.ts';
import { builtinFunctions } from '../facts/builtinNames.ts';
import { extensionsOfTypesOnly } from '../facts/extensions.ts';
import { nearestNames } from '../rules/names/nearest.ts';
import { bodiesOf } from '../syntax/bodies/body.ts';
import { dynamicSql } from '../syntax/bodies/dynamicSql.ts';
import { embeddedStatements } from '../syntax/bodies/embedded.ts';
import { plpgsqlBodyOf } from '../syntax/bodies/read.ts';
import type { Statement } from '../syntax/statement.ts';
import { walk } from '../syntax/walk.ts';

const everything: readonly Doubt[] = ['relations', 'types', 'columns'];

/** Before the statement is applied to the schema. */
export function markDoubts(statement: Statement, schema: SchemaWriter): void {
  const { parsed, text } = statement;
  // another file is run, the rows of the last query are, or what a program prints
  if (text.includes('\\') && /^[ \t]*\\(?:i|ir|include|include_relative|gexec)\b/m.test(text)) mark(schema, everything);
  if (parsed.kind === 'opaque') mark(schema, everything);
  else if (parsed.kind === 'error') ofBroken(statement, schema);
  else if (parsed.kind === 'tree') mark(schema, doubtsOf(statement, parsed.node, schema));
}

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
  if ('SelectStmt' in node || 'CallStmt' in node) return ofCalls(node, schema);
  if ('CreateExtensionStmt' in node)
    return extensionsOfTypesOnly.has(node.CreateExtensionStmt.extname ?? '') ? [] : ['relations', 'types'];
  if ('ImportForeignSchemaStmt' in node) return ['relations'];
  // what DDL sets off from now on, which search path other sessions have, code that is loaded
  if ('CreateEventTrigStmt' in node || 'LoadStmt' in node) return everything;
  if ('AlterDatabaseSetStmt' in node && node.AlterDatabaseSetStmt.setstmt?.name === 'search_path') return everything;
  if ('AlterRoleSetStmt' in node && node.AlterRoleSetStmt.setstmt?.name === 'search_path') return everything;
  return ofDefinition(node, schema);
}

/** DDL on what the files never created tells that they are not the whole history. */
function ofDefinition(node: Node, schema: SchemaReader): Doubt[] {
  const doubts: Doubt[] = [];
  const needs = (relation: RangeVar | undefined): void => {
    const key = rangeVarKey(relation, schema.session.schema);
    const namespace = relation?.schemaname ?? schema.session.schema;
    if (!relation || schema.relation(key) || (namespace !== 'public' && !schema.hasNamespace(namespace))) return;
    // a name that was dropped, or is misspelt, is a mistake of this statement alone
    if (schema.doubts('origin') || schema.versionsOf(key).length > 0) return;
    const others = schema.contentsOf(namespace).relations.map((other) => other.slice(namespace.length + 1));
    if (nearestNames(relation.relname ?? '', others).length === 0) doubts.push('origin');
  };
  const references = (constraint: Constraint): void => {
    if (constraint.contype === 'CONSTR_FOREIGN') needs(constraint.pktable);
  };
  if ('AlterTableStmt' in node) {
    const { objtype, missing_ok, relation, cmds } = node.AlterTableStmt;
    if (objtype === 'OBJECT_TABLE' && !missing_ok) needs(relation);
    walk(cmds, (type, inner) => {
      if (type === 'Constraint') references(inner as Constraint);
    });
  } else if ('IndexStmt' in node) needs(node.IndexStmt.relation);
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

function ofDo(statement: Statement, schema: SchemaReader): readonly Doubt[] {
  const doubts = new Set<Doubt>();
  const [body] = bodiesOf(statement);
  // in another language
  if (!body) return everything;
  if (body.language === 'plpgsql')
    for (const { start, end } of plpgsqlBodyOf(body, statement.parser).dynamic)
      if (!dynamicSql(body.text, start, end)) return everything;
  for (const { node, kind, template, guessed } of embeddedStatements(statement, statement.parser)) {
    const found = kind === 'dynamic' && (template || guessed) ? ofTemplate(node) : ofCalls(node, schema);
    for (const doubt of found) doubts.add(doubt);
  }
  return [...doubts];
}

/** A statement that runs with names of its own in the place of some. */
function ofTemplate(node: Node): readonly Doubt[] {
  if ('SelectStmt' in node || 'InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node) return [];
  if ('IndexStmt' in node || 'CreateTrigStmt' in node || 'CreatePolicyStmt' in node) return [];
  if ('CreateStmt' in node || 'CreateSeqStmt' in node) return ['relations'];
  if ('CreateEnumStmt' in node || 'CreateDomainStmt' in node) return ['types'];
  if ('GrantStmt' in node || 'CommentStmt' in node || 'VariableSetStmt' in node) return [];
  if ('DropStmt' in node && keepsNames.has(node.DropStmt.removeType ?? '')) return [];
  return everything;
}

const keepsNames = new Set(['OBJECT_POLICY', 'OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_FUNCTION']);

/** The functions that it calls. */
function ofCalls(node: Node, schema: SchemaReader): readonly Doubt[] {
  let isDangerous = false;
  walk(node, (type, inner) => {
    if (type !== 'FuncCall' || isDangerous) return;
    const names = nameParts((inner as { funcname?: Node[] }).funcname);
    isDangerous = mayChangeSchema(names, schema, new Set());
  });
  return isDangerous ? everything : [];
}

const harmlessNames = /^(?:pg_catalog|sqlc)$/;

function mayChangeSchema(names: readonly string[], schema: SchemaReader, seen: Set<string>): boolean {
  const name = names.at(-1) ?? '';
  if (names.length > 1 && harmlessNames.test(names[0] ?? '')) return false;
  if (seen.has(name)) return false;
  seen.add(name);
  const known = schema.functions(name);
  if (known.length === 0) return !builtinFunctions.has(name) && !harmlessFunctions.has(name);
  return known.some((definition) => bodyMayChangeSchema(definition, schema, seen));
}

/** Of the grammar, and of extensions that merely compute. */
const harmlessFunctions = new Set(
  'coalesce greatest least nullif xmlelement uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 crypt gen_salt digest similarity unaccent'.split(
    ' ',
  ),
);

function bodyMayChangeSchema({ language, body }: FunctionDefinition, schema: SchemaReader, seen: Set<string>): boolean {
  // BEGIN ATOMIC holds no DDL
  if (language === 'sql' && body === null) return false;
  if (body === null || (language !== 'sql' && language !== 'plpgsql')) return true;
  const code = body.replace(/--[^\n]*/g, ' ');
  if (/\b(?:execute|create|alter|drop|import)\b/i.test(code)) return true;
  for (const [, called = ''] of code.matchAll(/([a-z_][\w$]*)\s*\(/gi)) {
    const name = called.toLowerCase();
    if (schema.functions(name).length > 0 && mayChangeSchema([name], schema, seen)) return true;
  }
  return false;
}
