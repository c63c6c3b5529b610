/** The parameters of a statement with the types that Postgres takes them as, where that is certain. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { relationKey, type TypeName } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import type { QueryParameter } from '../protocol.ts';
import { type ParameterType, parameterTypes } from '../query/parameterTypes.ts';
import { scopesOf } from '../query/scopes.ts';
import { statementsAt } from '../surroundings.ts';
import { parametersOf, type StatementParameters } from '../syntax/parameters.ts';
import type { Parser } from '../syntax/parser.ts';
import { type DeclaredParameter, declaredParameters } from '../syntax/typedSql.ts';
import { tokenize } from '../text/lexer.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { fence } from './markdown.ts';
import { rangeOf } from './place.ts';

/** By number, from 1. */
export type ParameterTypes = ReadonlyMap<number, ParameterType>;

/** @param schema as the statement meets it */
export function typesOf({ sql }: StatementParameters, schema: SchemaReader, parser: Parser): ParameterTypes {
  const outcome = parser.parse(sql);
  const node = outcome.kind === 'tree' && outcome.stmts.length === 1 ? outcome.stmts[0]?.stmt : undefined;
  if (!node) return new Map();
  try {
    return parameterTypes(node, scopesOf(node, schema), (type) => isEnum(type, schema));
  } catch {
    // a tree too deep to walk
    return new Map();
  }
}

export function isEnum(type: TypeName, schema: SchemaReader): boolean {
  const keys = (type.schema === null ? [schema.session.schema, 'public'] : [type.schema]).map((own) =>
    relationKey(own, type.name),
  );
  return schema.type(keys.find((key) => schema.type(key)) ?? '')?.kind === 'enum';
}

/** For who is asked for values. */
export const withTypes = (parameters: StatementParameters['parameters'], types: ParameterTypes): QueryParameter[] =>
  parameters.map((parameter, i) => {
    const known = types.get(i + 1);
    if (!known) return parameter;
    const words = wordsOf(known);
    return { ...parameter, type: `${printType(known.type)}${words === null ? '' : `, ${words}`}` };
  });

/** Null where the statement says it by itself. */
function wordsOf({ by, column }: ParameterType): string | null {
  if (by === 'limit') return 'a number of rows';
  if (!column) return by === 'comparison' ? 'as what it is compared with' : null;
  const table = column.origin?.table.split('.').at(-1);
  const name = table ? `${table}.${column.name}` : column.name;
  return by === 'assignment' ? `for ${name}` : `as it is compared with ${name}`;
}

export function parameterHoverAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  position: Position,
): Hover | null {
  const offset = document.offsetAt(position);
  for (const { piece, statement, start, before } of statementsAt(workspace, file, offset)) {
    const inSql = piece.map.fromFile(offset);
    if (inSql === null || statement.parsed.kind !== 'tree') continue;
    const { text, bodyStart, bodyEnd, body } = statement;
    const at = inSql - start;
    const declared = declaredParameters(text.slice(0, bodyStart));
    const token =
      declared.map(({ span }) => span).find(({ start: from, end }) => from <= at && at <= end) ??
      tokenize(text, bodyStart, bodyEnd).find(
        ({ kind, start: from, end }) => (kind === 'parameter' || kind === 'placeholder') && from <= at && at <= end,
      );
    if (!token) continue;
    const range = piece.map.toRange(start + token.start, start + token.end);
    // an editor asks at the character behind as well
    if (offset < range.start || offset > range.end) continue;
    const written = text.slice(token.start, token.end).replace(/^(\$\d+):.*/s, '$1');
    const found = parametersOf(body);
    const number = found.parameters.findIndex((parameter) => parameter.text === written) + 1;
    const known = number > 0 ? typesOf(found, before, parser).get(number) : undefined;
    const name = declared.find((parameter) => `$${parameter.number}` === written);
    if (!known && !name) return null;
    const words = known ? wordsOf(known) : null;
    const value = [
      fence(known ? `${written} ${printType(known.type)}` : written),
      ...(words === null ? [] : [`${capitalized(words)}.`]),
      ...(name ? declarationText(name) : []),
    ].join('\n\n');
    return { contents: { kind: 'markdown', value }, range: rangeOf(document, range) };
  }
  return null;
}

/** What the generated function takes; empty where only its number is said. */
function declarationText({ type, alias, optional }: DeclaredParameter): string[] {
  const said = [
    ...(alias !== null && /^[\w$]+$/.test(alias) ? [`called \`${alias}\``] : []),
    ...(type === null ? [] : [`declared ${type}`]),
    ...(optional ? ['may be null'] : []),
  ];
  return said.length > 0 ? [`In TypedSQL: ${said.join(', ')}.`] : [];
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
