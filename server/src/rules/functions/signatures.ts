/** Which of the functions that the files create a CREATE FUNCTION replaces. */
import type { CreateFunctionStmt, FunctionParameter } from '@pgsql/types';
import type { TypeName } from '../../catalog/catalog.ts';
import { nameParts, printType, typeNameOf } from '../../catalog/names.ts';
import type { FunctionArgument, FunctionDefinition } from '../../catalog/objects.ts';
import type { SchemaReader } from '../../catalog/schema.ts';

export const parametersOf = (stmt: CreateFunctionStmt): FunctionParameter[] =>
  (stmt.parameters ?? []).flatMap((p) => ('FunctionParameter' in p ? [p.FunctionParameter] : []));

export const isInput = ({ mode }: FunctionParameter): boolean =>
  mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE';

export const inputsOf = (f: FunctionDefinition): FunctionArgument[] =>
  f.arguments.filter((a) => a.mode !== 'out' && a.mode !== 'table');

/** The function of the same schema, name and input types; undefined where there is none, or it is not certain. */
export function existing(stmt: CreateFunctionStmt, schema: SchemaReader): FunctionDefinition | undefined {
  const parts = nameParts(stmt.funcname);
  const within = parts.at(-2) ?? schema.session.schema;
  const types = parametersOf(stmt)
    .filter(isInput)
    .map((p) => typeNameOf(p.argType));
  return schema
    .functions(parts.at(-1) ?? '')
    .find((f) => f.schema === within && f.kind !== 'aggregate' && sameTypes(inputsOf(f), types));
}

const sameTypes = (known: readonly FunctionArgument[], types: readonly (TypeName | null)[]): boolean =>
  known.length === types.length && known.every(({ type }, i) => isSame(type, types[i] ?? null) === true);

/** Null where it is not certain: one is written with a schema and the other without. */
export function isSame(a: TypeName | null, b: TypeName | null): boolean | null {
  if (!a || !b) return null;
  if (a.name !== b.name || a.array !== b.array) return a.schema === null && b.schema === null ? false : null;
  return a.schema === b.schema ? true : null;
}

/** `name(integer, text)`, as DROP FUNCTION takes it. */
export function signature(f: FunctionDefinition, written: string): string | null {
  const types = inputsOf(f).map(({ type }) => type && printType({ ...type, modifiers: [] }));
  // a name with capitals would have to be quoted in its parts
  if (types.some((t) => t === null || t !== t.toLowerCase())) return null;
  return `${written}(${types.join(', ')})`;
}
