/** Looks the names in the pieces of a function's body up, as Postgres will, and keeps those that it will not find. */
import type { FuncCall, Node, RangeVar, TypeCast } from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { builtinFunctions, builtinTypes } from '../../facts/builtinNames.ts';
import type { QueryLevel, RangeItem, Reference, Scopes } from '../../query/scope.ts';
import { type QuerySchema, scopesOf, scopesOfExpressions } from '../../query/scopes.ts';
import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { type Visible, visibleAt } from '../../syntax/bodies/plpgsql/variables.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { type Span, Tokens } from '../../syntax/tokens.ts';
import { walk } from '../../syntax/walk.ts';
import type { BodyPiece } from './bodyPieces.ts';
import type { FunctionPath } from './functionPath.ts';
import { type InBody, type RecordRow, rowsOf, rowsWithout } from './recordFields.ts';
import { visibleItems } from './visibleColumns.ts';

interface Place {
  readonly place: Span;
  readonly name: string;
}

export type UnknownName = Place &
  /** others: what a name without a schema may mean besides tables: WITH queries, the changed rows that a trigger gives. */
  (
    | {
        readonly what: 'table';
        readonly relation: RangeVar;
        readonly key: string;
        readonly others: readonly string[];
        /** A trigger that the files do not show may give the changed rows under that name. */
        readonly mayBeChangedRows: boolean;
      }
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

export class BodyFinder {
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
      const mayBeChangedRows = this.#body.isTrigger && schemaname === undefined;
      if (place)
        this.found.push({
          what: 'table',
          place,
          name,
          relation: rangeVar,
          key: relationKey(namespace, name),
          others,
          mayBeChangedRows,
        });
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
