/** Which fields a record in a function's body can have: a row of a table, what a query put into it, NEW and OLD of triggers. */
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { type QuerySchema, scopesOf } from '../../query/scopes.ts';
import { everyCommand, nodeOf } from '../../syntax/bodies/plpgsql/commands.ts';
import type { Scope } from '../../syntax/bodies/plpgsql/plpgsqlBody.ts';
import type { Declared } from '../../syntax/bodies/plpgsql/variables.ts';
import type { Program } from '../../syntax/bodies/routines.ts';

/** Something whose rows a record holds. */
export interface RecordRow {
  readonly fields: readonly string[];
  /** The table; null for the rows of queries and composite types. */
  readonly table: { readonly key: string; readonly name: string } | null;
}

export interface RecordRows {
  /** At least one. */
  readonly rows: readonly RecordRow[];
  /** Whether a field must be in each of the rows: otherwise one that has it is enough. */
  readonly each: boolean;
}

export interface InBody {
  /** It returns `trigger`. */
  readonly isTrigger: boolean;
  readonly program: Program | null;
  /** In which only what is wholly known is complete. */
  readonly schema: QuerySchema;
  readonly reader: SchemaReader;
  /** Name of the function, and the schema that it is in. */
  readonly name: string;
  readonly namespace: string;
}

/** Null where the files do not tell, or where it is no record. */
export function rowsOf(declared: Declared, body: InBody): RecordRows | null {
  const { name, type, variable } = declared;
  if (type) {
    if (type.length === 1 && type[0] === 'record') return body.program && ofQueries(declared, body.program, body);
    const row = rowOfType(type, body);
    return row && { rows: [row], each: true };
  }
  return variable === null && (name === 'new' || name === 'old') ? ofTriggers(body) : null;
}

const systemColumns = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** The rows in which the field is missing; none where that is not certain. */
export function rowsWithout(field: string, { rows, each }: RecordRows): readonly RecordRow[] {
  if (systemColumns.has(field)) return [];
  const without = rows.filter((row) => !row.fields.includes(field));
  return each || without.length === rows.length ? without : [];
}

function rowOfType(names: readonly string[], { schema, reader }: InBody): RecordRow | null {
  const key = relationKey(names.at(-2) ?? schema.session.schema, names.at(-1) ?? '');
  const relation = schema.relation(key);
  if (relation) return rowOf(key, relation);
  const type = reader.type(key);
  if (type?.kind !== 'composite' || !type.complete || reader.doubts('types') || reader.doubts(`of ${key}`)) return null;
  return { fields: type.attributes.map((a) => a.name), table: null };
}

const rowOf = (key: string, relation: Relation | undefined): RecordRow | null =>
  relation?.complete ? { fields: relation.columns.map((c) => c.name), table: { key, name: relation.name } } : null;

/** Of a variable that is given rows by queries alone, each of which is understood. */
function ofQueries({ name, variable }: Declared, program: Program, { schema }: InBody): RecordRows | null {
  if (!variable || !program.scope || declarationsOf(name, program.scope) !== 1) return null;
  // of a loop over a cursor, or with a value from the start
  if (!/^\s*record\s*;/i.test(program.text.slice(variable.end))) return null;
  const rows: RecordRow[] = [];
  for (const { variables, source } of program.body.rowTargets) {
    if (!variables.some((names) => names.at(-1) === name)) continue;
    const node = nodeOf(source);
    const root = node && variables.length === 1 ? scopesOf(node, schema).root : null;
    if (!root?.outputComplete) return null;
    rows.push({ fields: root.output.map((c) => c.name), table: null });
  }
  for (const command of everyCommand(program.commands)) {
    if (command.kind === 'assign' && command.target.at(-1) === name) return null;
    // INOUT arguments
    if (command.kind === 'other' && command.word === 'call') return null;
  }
  return rows.length > 0 ? { rows, each: false } : null;
}

const declarationsOf = (name: string, { variables, scopes }: Scope): number =>
  scopes.reduce((sum, scope) => sum + declarationsOf(name, scope), variables.filter((v) => v.name === name).length);

/** Conditions that tell triggers apart. */
const asksWhich =
  /\b(?:if|elsif|elseif|case|when|while|where|and|or)\b[^;]*\btg_(?:table_\w+|rel\w+|name|argv|nargs)\b/i;
const asksWhen = /\btg_(?:op|when|level)\b/i;

/** Of the tables whose triggers run the function. */
function ofTriggers({ name, namespace, reader, schema, program }: InBody): RecordRows | null {
  const text = program?.text ?? '';
  if (asksWhich.test(text)) return null;
  const keys = tablesOf({ name, namespace, reader });
  const rows = keys.map((key) => rowOf(key, schema.relation(key)));
  const known = rows.filter((row): row is RecordRow => row !== null);
  if (known.length === 0) return null;
  // on which of several tables a branch is taken may hang on the event
  if (keys.length > 1 && asksWhen.test(text)) return known.length === keys.length ? { rows: known, each: false } : null;
  return { rows: known, each: true };
}

/**
 * The changed rows of a statement, as triggers give them to the function, by the name that REFERENCING gives them; they hide
 * tables of that name. Incomplete where triggers of different tables give one name.
 */
export function transitionTables({ name, namespace, reader, schema }: TriggerFunction): ReadonlyMap<string, Relation> {
  const found = new Map<string, Relation>();
  for (const key of tablesOf({ name, namespace, reader })) {
    const table = schema.relation(key);
    for (const { functionName, transitions } of reader.relation(key)?.triggers ?? []) {
      if (!table || functionName.at(-1) !== name) continue;
      for (const { name: given } of transitions) {
        const other = found.get(given);
        const isSame = !other || (other.schema === table.schema && other.name === table.name);
        found.set(given, isSame ? table : { ...table, complete: false });
      }
    }
  }
  return found;
}

interface TriggerFunction {
  readonly name: string;
  readonly namespace: string;
  readonly reader: SchemaReader;
  readonly schema: QuerySchema;
}

/** Keys of the tables whose enabled triggers run the function. */
const tablesOf = ({ name, namespace, reader }: Omit<TriggerFunction, 'schema'>): string[] =>
  reader
    .relationsWithTriggerOf(name)
    .filter((key) =>
      reader
        .relation(key)
        ?.triggers.some(
          ({ functionName, enabled }) =>
            enabled && functionName.at(-1) === name && (functionName.at(-2) ?? namespace) === namespace,
        ),
    );
