/** The names in a function's body that Postgres will not find. Only what is certain is told. */
import type { CreateFunctionStmt, FuncCall, Node, RangeVar, TypeCast } from '@pgsql/types';
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { Session } from '../../catalog/session.ts';
import { builtinFunctions, builtinTypes } from '../../facts/builtinNames.ts';
import { relationItem } from '../../query/fromItems.ts';
import type { QueryLevel, RangeItem, Reference, Scopes } from '../../query/scope.ts';
import { type QuerySchema, scopesOf, scopesOfExpressions } from '../../query/scopes.ts';
import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { type Visible, visibleAt } from '../../syntax/bodies/plpgsql/variables.ts';
import type { Routines, WrittenProgram } from '../../syntax/bodies/routines.ts';
import { type Span, Tokens } from '../../syntax/tokens.ts';
import { walk } from '../../syntax/walk.ts';
import type { ConclusionContext, RuleContext } from '../rule.ts';
import { type BodyPiece, bodyPieces } from './bodyPieces.ts';
import { certainSchema } from './certain.ts';
import { declaredTypes } from './declaredTypes.ts';
import { goneColumn, goneRelation } from './earlier.ts';
import { type FunctionPath, functionPath, pathOfDefinition } from './functionPath.ts';
import { asksFor } from './madeByFunctions.ts';
import { type InBody, type RecordRow, rowsOf, rowsWithout, transitionTables } from './recordFields.ts';
import { visibleItems } from './visibleColumns.ts';

interface Place {
  readonly place: Span;
  readonly name: string;
}

export type UnknownName = Place &
  /** ctes: names of the WITH queries of the statement. */
  (
    | { readonly what: 'table'; readonly relation: RangeVar; readonly key: string; readonly others: readonly string[] }
    /** items: what the query has in FROM where it could be; ofOne: it must be a column of the only one. */
    | {
        readonly what: 'column';
        readonly items: readonly RangeItem[];
        readonly ofOne: boolean;
        /** Variables that may be meant instead. */
        readonly variables: readonly string[];
      }
    /** A function or type without its schema, which the function's own search path does not lead to. homes: where it is. */
    | { readonly what: 'outside'; readonly homes: readonly string[] }
    /** What stands in front of a column: a table, a record or a block's label. candidates: those that are there. */
    | { readonly what: 'qualifier'; readonly candidates: readonly string[] }
    /** rows: those that it may hold and that have no such field. */
    | { readonly what: 'field'; readonly record: string; readonly rows: readonly RecordRow[] }
  );

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
    if (!item.relation && item.key) return [{ what: 'table', ...table, relation, key: item.key, others: [] }];
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

/** What calls of the function fail for at the end of the history; null where the function is another one by then. */
export function unknownAtEnd(stmt: CreateFunctionStmt, context: ConclusionContext): UnknownNames | null {
  const { routines, after, session, wholeHistory, text } = context;
  const { written } = routines;
  if (!written) return null;
  const name = nameParts(stmt.funcname);
  const definition = after
    .functions(name.at(-1) ?? '')
    .find((f) => f.schema === (name.at(-2) ?? session.schema) && f.body === written.text);
  if (!definition) return null;
  const path = pathOfDefinition(definition, session);
  const { program } = routines;
  const names = remembered(stmt, after, () => {
    const inBody: Written = { text, routines, reader: after, session, path, wholeHistory };
    const types = program ? unknownTypes(program, inBody).filter((unknown) => isGoneSince(unknown, after)) : [];
    return [...types, ...find(stmt, inBody)];
  });
  const { language } = written;
  // what was not there when Postgres looked into it was told then
  const laterOnly = language === 'sql' && session.checksBodies && !isPolymorphic(stmt);
  return { language, atCreation: false, laterOnly, path, reader: after, wholeHistory, names };
}

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
  const body: InBody = { program, schema, reader, name, namespace };
  const finder = new Finder(body, path, [...changed.keys()]);
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

class Finder {
  readonly found: UnknownName[] = [];
  readonly #body: InBody;
  readonly #path: FunctionPath;
  /** Names of its own for tables. */
  readonly #tables: readonly string[];

  constructor(body: InBody, path: FunctionPath, tables: readonly string[]) {
    this.#body = body;
    this.#path = path;
    this.#tables = tables;
  }

  inPiece(piece: BodyPiece): void {
    if (this.#path.isOwn && this.#path.schemas) this.#outside(piece, this.#path.schemas);
    const scopes = scopesOfPiece(piece.node, this.#body.schema);
    if (!scopes) return;
    for (const reference of scopes.resolutionOf.values()) this.#reference(reference, piece);
    const others = [...this.#tables, ...scopes.levels.flatMap((level) => level.ctes.map((cte) => cte.name))];
    for (const level of scopes.levels) {
      this.#relations(level, others, piece);
      const [target] = level.items;
      if (!target?.complete) continue;
      for (const { node, column } of level.assignments)
        if (!column && node.name)
          this.#column(piece.place(node.location ?? 0, 0, node.name), node.name, [target], true, []);
      this.#conflictTarget(level, target, piece);
    }
  }

  /** `NEW.updated_at := …` */
  inAssignments(program: WrittenProgram): void {
    for (const command of everyCommand(program.commands)) {
      if (command.kind !== 'assign' || command.target.length < 2) continue;
      const visible = visibleAt(command.start, program.body, program.routine);
      const meaning = visible.meaningOf(command.target);
      if (!meaning || meaning === 'label' || command.target.length !== meaning.used + 1) continue;
      const tokens = new Tokens(program.text, command.start, command.end);
      const place = program.span(tokens.span(2 * meaning.used));
      this.#field(meaning.declared, command.target[meaning.used] as string, place);
    }
  }

  #outside({ node, place }: BodyPiece, schemas: readonly string[]): void {
    const { reader } = this.#body;
    const judge = (name: string, location: number | undefined, homes: readonly string[]): void => {
      const span = homes.length > 0 && !homes.some((h) => schemas.includes(h)) ? place(location ?? 0, 0, name) : null;
      if (span) this.found.push({ what: 'outside', place: span, name, homes });
    };
    walk({ root: node }, (type, inner) => {
      if (type === 'FuncCall') {
        const { funcname, location } = inner as FuncCall;
        const [name = '', ...more] = nameParts(funcname);
        if (more.length > 0 || builtinFunctions.has(name)) return;
        judge(name, location, [...new Set(reader.functions(name).map((f) => f.schema))]);
      } else if (type === 'TypeCast') {
        const { names, location } = (inner as TypeCast).typeName ?? {};
        const [name = '', ...more] = nameParts(names);
        if (more.length > 0 || name.startsWith('_') || builtinTypes.has(name)) return;
        judge(name, location, homesIn(reader.contentsOf(null).types, name));
      }
    });
  }

  #relations(level: QueryLevel, others: readonly string[], piece: BodyPiece): void {
    for (const { kind, rangeVar, relation } of level.items) {
      if (kind !== 'relation' || !rangeVar || relation || rangeVar.catalogname) continue;
      const { relname: name = '', schemaname } = rangeVar;
      const namespace = schemaname ?? this.#body.schema.session.schema;
      if (schemaname === undefined && this.#path.schemas === null) continue;
      const place = piece.place(rangeVar.location ?? 0, schemaname ? 1 : 0, name);
      if (place)
        this.found.push({ what: 'table', place, name, relation: rangeVar, key: relationKey(namespace, name), others });
    }
  }

  #reference({ node, clause, level, resolution }: Reference & { readonly level: QueryLevel }, piece: BodyPiece): void {
    const names = nameParts(node.fields);
    const isStar = names.length < (node.fields?.length ?? 0);
    const { visible } = piece;
    // before Postgres 18 they are the trigger's own
    if (clause === 'returning' && (names[0] === 'new' || names[0] === 'old')) return;
    if (resolution.kind !== 'unknown') return;
    const meaning = visible.meaningOf(names);
    if (meaning === 'label') {
      if (names.length === 2 && !isStar)
        this.#inLabel(piece.place(node.location ?? 0, 1, names[1] as string), names, visible);
      return;
    }
    if (meaning) {
      if (isStar || names.length !== meaning.used + 1) return;
      const field = names[meaning.used] as string;
      this.#field(meaning.declared, field, piece.place(node.location ?? 0, meaning.used, field));
      return;
    }
    if (resolution.what === 'table') {
      // schema.table.column, or a path into something else
      if (names.length !== (isStar ? 1 : 2)) return;
      const candidates = [...itemNames(level), ...visible.declared.map((d) => d.name), ...visible.labels];
      const [name = ''] = names;
      const place = piece.place(node.location ?? 0, 0, name);
      if (place) this.found.push({ what: 'qualifier', place, name, candidates });
      return;
    }
    // Postgres refuses it for another reason
    if (clause === 'order' && level.output.some((c) => c.name === names.at(-1))) return;
    const { item } = resolution;
    const name = names.at(-1) ?? '';
    // `t.f` calls the function f on the row, if there is one
    if (item && (builtinFunctions.has(name) || this.#body.reader.functions(name).length > 0)) return;
    // a column there is refused for another reason
    if (clause === 'limit' && level.items.some((i) => !i.complete || i.columns.some((c) => c.name === name))) return;
    const place = piece.place(node.location ?? 0, names.length - 1, name);
    const items = item ? [item] : visibleItems(level);
    const variables = item ? [] : visible.declared.map((d) => d.name);
    this.#column(place, name, items, item !== null, variables);
  }

  #column(
    place: Span | null,
    name: string,
    items: readonly RangeItem[],
    ofOne: boolean,
    variables: readonly string[],
  ): void {
    if (place) this.found.push({ what: 'column', place, name, items, ofOne, variables });
  }

  /** `function.parameter` */
  #inLabel(place: Span | null, [label = '', name = '']: readonly string[], visible: Visible): void {
    const inside = visible.declared.map((d) => d.name).filter((n) => visible.meaningOf([label, n]) !== 'label');
    if (place) this.found.push({ what: 'column', place, name, items: [], ofOne: false, variables: inside });
  }

  #field(declared: Parameters<typeof rowsOf>[0], field: string, place: Span | null): void {
    if (!place) return;
    const rows = rowsOf(declared, this.#body);
    const without = rows ? rowsWithout(field, rows) : [];
    if (without.length > 0)
      this.found.push({ what: 'field', place, name: field, record: declared.name, rows: without });
  }

  /** ON CONFLICT (column) */
  #conflictTarget({ node }: QueryLevel, target: RangeItem, piece: BodyPiece): void {
    if (!('InsertStmt' in node)) return;
    const { relation, onConflictClause } = node.InsertStmt;
    for (const element of onConflictClause?.infer?.indexElems ?? []) {
      const name = 'IndexElem' in element ? element.IndexElem.name : undefined;
      if (!name || target.columns.some((c) => c.name === name)) continue;
      this.#column(piece.placeBehind(relation?.location ?? 0, ['on', 'conflict'], name), name, [target], true, []);
    }
  }
}

/** The schemas in which there is something of that name. @param keys `schema.name` */
export const homesIn = (keys: readonly string[], name: string): string[] =>
  keys.filter((key) => key.endsWith(`.${name}`)).map((key) => key.slice(0, key.length - name.length - 1));

const withQueries = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CreateTableAsStmt',
  'ExplainStmt',
]);

/** Null for statements in which variables mean nothing, or whose names are not followed. */
function scopesOfPiece(node: Node, schema: QuerySchema): Scopes | null {
  if ('ReturnStmt' in node) return scopesOfExpressions(node.ReturnStmt.returnval, [], schema);
  if ('CallStmt' in node) return scopesOfExpressions(node.CallStmt.funccall?.args, [], schema);
  return withQueries.has(Object.keys(node)[0] ?? '') ? scopesOf(node, schema) : null;
}

const itemNames = (level: QueryLevel): string[] => visibleItems(level).flatMap((item) => item.name ?? []);
