/** In comments before a query, which tell Prisma's TypedSQL of its parameters: what is not told yet, and types. */
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type Position,
} from 'vscode-languageserver-types';
import { printType } from '../catalog/names.ts';
import { typedSqlTypeOf, typedSqlTypes } from '../query/prismaTypes.ts';
import { statementsAt } from '../surroundings.ts';
import { parametersOf } from '../syntax/parameters.ts';
import type { Parser } from '../syntax/parser.ts';
import { declaredParameters } from '../syntax/typedSql.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { rangeOf } from './place.ts';
import { isEnum, typesOf } from './typedParameters.ts';

/** Null where no such comment is typed. */
export function typedSqlCompletionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  position: Position,
): CompletionList | null {
  if (file.source.id !== 'sql') return null;
  const offset = document.offsetAt(position);
  const typed = document.getText({ start: { line: position.line, character: 0 }, end: position });
  const begun = /^[ \t]*--[ \t]*(?:(@\w*)|@param[ \t]*\{(\w*))$/.exec(typed);
  if (!begun) return null;
  const word = begun[1] ?? begun[2] ?? '';
  const range = rangeOf(document, { start: offset - word.length, end: offset });
  const items =
    begun[1] === undefined
      ? typeNames(file, workspace, offset).map((name) => item(name, name, null, range))
      : parameterLines(file, workspace, parser, offset).map(({ line, type }) => item(line, line, type, range));
  return items.length > 0 ? { isIncomplete: false, items } : null;
}

const item = (
  label: string,
  newText: string,
  detail: string | null,
  range: ReturnType<typeof rangeOf>,
): CompletionItem => ({
  label,
  kind: CompletionItemKind.Keyword,
  filterText: newText,
  textEdit: { range, newText },
  ...(detail === null ? {} : { detail }),
});

/** Prisma's, and the enums of the schema. */
function typeNames(file: FileState, workspace: Workspace, offset: number): string[] {
  for (const { before } of statementsAt(workspace, file, offset)) {
    const enums = before.contentsOf(null).types.flatMap((key) => {
      const type = before.type(key);
      return type?.kind === 'enum' && /^\w+$/.test(type.name) ? [type.name] : [];
    });
    return [...typedSqlTypes, ...enums];
  }
  return [...typedSqlTypes];
}

/** A comment for each parameter of the query that has none. */
function parameterLines(
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  offset: number,
): { readonly line: string; readonly type: string | null }[] {
  for (const { piece, statement, start, before } of statementsAt(workspace, file, offset)) {
    const at = (piece.map.fromFile(offset) ?? -1) - start;
    if (at < 0 || at > statement.bodyStart || statement.parsed.kind !== 'tree') continue;
    const found = parametersOf(statement.body);
    const types = typesOf(found, before, parser);
    const told = new Set(declaredParameters(statement.leading).map(({ number }) => number));
    return found.parameters.flatMap(({ text }, i) => {
      if (told.has(i + 1) || !/^\$\d+$/.test(text)) return [];
      const known = types.get(i + 1);
      const name = known?.column && /^[a-z]\w*$/i.test(known.column.name) ? known.column.name : `value${i + 1}`;
      const type =
        known && !known.type.array
          ? `{${isEnum(known.type, before) ? known.type.name : typedSqlTypeOf(known.type.name)}} `
          : '';
      return [{ line: `@param ${type}$${i + 1}:${name}`, type: known ? printType(known.type) : null }];
    });
  }
  return [];
}
