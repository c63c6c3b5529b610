/** The names in a function's body that Postgres will not find. Only what is certain is told. */
import type { CreateFunctionStmt, RangeVar } from '@pgsql/types';
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { Session } from '../../catalog/session.ts';
import { relationItem } from '../../query/fromItems.ts';
import type { QuerySchema } from '../../query/scopes.ts';
import type { Routines, WrittenProgram } from '../../syntax/bodies/routines.ts';
import type { ConclusionContext, RuleContext } from '../rule.ts';
import { BodyFinder, type UnknownName } from './bodyFinder.ts';
import { bodyPieces } from './bodyPieces.ts';
import { certainSchema } from './certain.ts';
import { declaredTypes } from './declaredTypes.ts';
import { goneColumn, goneRelation } from './earlier.ts';
import { type FunctionPath, functionPath, pathOfDefinition } from './functionPath.ts';
import { asksFor } from './madeByFunctions.ts';
import { type InBody, transitionTables } from './recordFields.ts';

export interface UnknownNames {
  readonly language: 'plpgsql' | 'sql';
  /** Its names are looked up when the function is created; otherwise when it is called. */
  readonly atCreation: boolean;
  /** Only what a later statement took away is news. */
  readonly laterOnly: boolean;
  readonly path: FunctionPath;
  readonly reader: SchemaReader;
  readonly wholeHistory: boolean;
  readonly names: readonly UnknownName[];
}

const none: readonly UnknownName[] = [];

/**
 * What CREATE FUNCTION is refused for: Postgres looks into bodies in SQL at once, and up the types in a PL/pgSQL body. Null
 * for other languages.
 */
export function unknownAtCreation(stmt: CreateFunctionStmt, context: RuleContext): UnknownNames | null {
  const { routines, before, wholeHistory, text } = context;
  if (routines.program) return typesAtCreation(stmt, routines.program, context);
  const looksInto = stmt.sql_body
    ? true
    : routines.written?.language === 'sql' && before.session.checksBodies && !isPolymorphic(stmt);
  if (!looksInto) return null;
  const path = functionPath(stmt.options ?? [], before.session);
  const names = remembered(stmt, before, () =>
    find(stmt, { text, routines, reader: before, session: before.session, path, wholeHistory }),
  );
  return { language: 'sql', atCreation: true, laterOnly: false, path, reader: before, wholeHistory, names };
}

function typesAtCreation(
  stmt: CreateFunctionStmt,
  program: WrittenProgram,
  { before: reader, wholeHistory }: RuleContext,
): UnknownNames | null {
  const { session } = reader;
  const path = functionPath(stmt.options ?? [], session);
  if (!session.checksBodies) return null;
  const names = unknownTypes(program, { reader, session, path, wholeHistory });
  return { language: 'plpgsql', atCreation: true, laterOnly: false, path, reader, wholeHistory, names };
}

/** In DECLARE. */
function unknownTypes(
  program: WrittenProgram,
  { reader, session, path, wholeHistory }: Omit<Written, 'text' | 'routines'>,
): UnknownName[] {
  if (!path.schemas) return [];
  const schema = schemaOf(certainSchema({ before: reader, wholeHistory }), session, path, new Map());
  return declaredTypes(program).flatMap(({ schema: namespace, table, column }): UnknownName[] => {
    const relation: RangeVar = { relname: table.name, ...(namespace === undefined ? {} : { schemaname: namespace }) };
    const item = relationItem(relation, schema);
    if (!item.relation && item.key)
      return [{ what: 'table', ...table, relation, key: item.key, others: [], mayBeChangedRows: false }];
    if (!column || !item.complete || item.columns.some((c) => c.name === column.name)) return [];
    return [{ what: 'column', ...column, items: [item], ofOne: true, variables: [] }];
  });
}

/** What was there when the function was created. */
const isGoneSince = (unknown: UnknownName, reader: SchemaReader): boolean =>
  unknown.what === 'table'
    ? goneRelation(unknown.key, reader)?.isLater === true
    : unknown.what === 'column' &&
      unknown.items.some(({ key }) => key !== null && goneColumn(key, unknown.name, reader)?.isLater);

/**
 * What calls of the function fail for at the end of the history; null where the function is another one by then, or gone with its
 * session.
 */
export function unknownAtEnd(stmt: CreateFunctionStmt, context: ConclusionContext): UnknownNames | null {
  const { routines, after, session, wholeHistory, text } = context;
  const { written } = routines;
  if (!written) return null;
  const name = nameParts(stmt.funcname);
  if (name.at(-2) === 'pg_temp') return null;
  const definition = after
    .functions(name.at(-1) ?? '')
    .find((f) => f.schema === (name.at(-2) ?? session.schema) && f.body === written.text);
  if (!definition) return null;
  const path = pathOfDefinition(definition, session);
  const { program } = routines;
  const names = remembered(stmt, after, () => {
    const inBody: Written = { text, routines, reader: after, session, path, wholeHistory };
    const types = program ? unknownTypes(program, inBody).filter((unknown) => isGoneSince(unknown, after)) : [];
    const all = [...types, ...find(stmt, inBody)];
    // left behind when what it was for went: nothing calls it
    return isLeftTriggerFunction(stmt, after) ? all.filter((unknown) => !isGoneSince(unknown, after)) : all;
  });
  const { language } = written;
  // what was not there when Postgres looked into it was told then
  const laterOnly = language === 'sql' && session.checksBodies && !isPolymorphic(stmt);
  return { language, atCreation: false, laterOnly, path, reader: after, wholeHistory, names };
}

const isLeftTriggerFunction = ({ funcname, returnType }: CreateFunctionStmt, after: SchemaReader): boolean =>
  nameParts(returnType?.names).at(-1) === 'trigger' &&
  after.relationsWithTriggerOf(nameParts(funcname).at(-1) ?? '').length === 0;

const known = new WeakMap<SchemaReader, { readonly stmt: object; readonly names: readonly UnknownName[] }>();

/** Several rules ask for it one after another. */
function remembered(stmt: object, reader: SchemaReader, look: () => readonly UnknownName[]): readonly UnknownName[] {
  const last = known.get(reader);
  if (last?.stmt === stmt) return last.names;
  const names = look();
  known.set(reader, { stmt, names });
  return names;
}

/** Postgres cannot look at such a body before it knows the types. */
const isPolymorphic = ({ parameters = [] }: CreateFunctionStmt): boolean =>
  parameters.some(
    (p) => 'FunctionParameter' in p && /^any/.test(nameParts(p.FunctionParameter.argType?.names).at(-1) ?? ''),
  );

interface Written {
  /** Of the statement. */
  readonly text: string;
  readonly routines: Routines;
  readonly reader: SchemaReader;
  readonly session: Session;
  readonly path: FunctionPath;
  readonly wholeHistory: boolean;
}

function find(
  stmt: CreateFunctionStmt,
  { text, routines, reader, session, path, wholeHistory }: Written,
): readonly UnknownName[] {
  const { written, program } = routines;
  const pieces = bodyPieces(stmt, text, routines);
  if (pieces.length === 0 && !program) return none;
  const names = nameParts(stmt.funcname);
  const name = names.at(-1) ?? '';
  const namespace = names.at(-2) ?? session.schema;
  const certain = certainSchema({ before: reader, wholeHistory });
  const changed = written?.routine.isTrigger
    ? transitionTables({ name, namespace, reader, schema: certain })
    : new Map<string, Relation>();
  const schema = schemaOf(certain, session, path, changed);
  const isTrigger = written?.routine.isTrigger ?? false;
  const body: InBody = { isTrigger, program, schema, reader, name, namespace };
  const finder = new BodyFinder(body, path, [...changed.keys()]);
  for (const piece of pieces) finder.inPiece(piece);
  if (program) finder.inAssignments(program);
  // it asks for the name itself, or builds SQL with it
  return finder.found.filter(
    (unknown) => !written || !(asksFor(unknown.name, written.text) || isOfAnotherVersion(unknown, written.text)),
  );
}

/** A branch for a Postgres in which the catalogs had another form. */
function isOfAnotherVersion(unknown: UnknownName, body: string): boolean {
  if (!/version/i.test(body)) return false;
  if (unknown.what === 'table') return unknown.name.startsWith('pg_');
  return unknown.what === 'column' && unknown.items.some(({ relation }) => relation && isOfSystem(relation.schema));
}

/** @param changed tables that names without a schema mean in this function alone */
function schemaOf(
  certain: QuerySchema,
  session: Session,
  path: FunctionPath,
  changed: ReadonlyMap<string, Relation>,
): QuerySchema {
  const [first = '', ...others] = path.schemas ?? [session.schema];
  return {
    session: { ...session, schema: first },
    relation(key) {
      const name = key.slice(key.indexOf('.') + 1);
      const isBare = key.startsWith(`${first}.`);
      const found = (isBare ? changed.get(name) : undefined) ?? certain.relation(key);
      if (found || !isBare) return found;
      // further schemas of the path
      for (const other of others) {
        const relation = certain.relation(relationKey(other, name));
        if (relation) return { ...relation, complete: false };
      }
      return undefined;
    },
  };
}

const isOfSystem = (schema: string): boolean => schema === 'pg_catalog' || schema === 'information_schema';
