/** The DECLARE section of a block. */
import { beginsStatement } from './beginners.ts';
import type { Scope, Variable } from './plpgsqlBody.ts';
import { anotherStatement, type Reader } from './reader.ts';

/**
 * Reads from behind DECLARE up to BEGIN, which is left to the caller.
 * @param scopes gets those of cursors with arguments
 */
export function readDeclarations(reader: Reader, scopes: Scope[]): Variable[] {
  const variables: Variable[] = [];
  reader.declaring = true;
  reader.wrongType = false;
  while (!reader.ended && reader.word() !== 'begin') {
    if (reader.accept('declare')) continue;
    if (reader.word() === ';') {
      reader.structureProblem(
        'Unexpected ; because no declaration stands before it.',
        reader.at,
        reader.at,
        reader.replaceBy('', reader.at),
      );
      reader.at++;
      continue;
    }
    if (reader.word() === '<<') {
      reader.structureProblem("A block's label stands before DECLARE, not after it.", reader.at, reader.at + 2);
      reader.at += 3;
      continue;
    }
    if (looksLikeStatement(reader)) break;
    const before = reader.at;
    const variable = readDeclaration(reader, scopes);
    if (variable) variables.push(variable);
    if (reader.at === before) reader.at++;
  }
  reader.declaring = false;
  return variables;
}

/** A statement where a declaration is due: BEGIN is missing. Words like `if` are reserved and cannot be names. */
function looksLikeStatement(reader: Reader): boolean {
  const word = reader.word();
  if (/^(?:if|for|foreach|while|loop|case|null|execute|end)$/.test(word)) return true;
  const next = reader.word(1);
  if (/^(?:raise|return|perform|insert|update|delete|select)$/.test(word) && beginsStatement(reader, reader.at))
    return (
      /^(?:into|from|query|next|exception|notice|;|\(|\*)$/.test(next) ||
      reader.scan(reader.at, ['into', 'set']) < reader.scan(reader.at, [])
    );
  // without a type; where no BEGIN follows, it is the statement that BEGIN should stand before
  return /^(?::=|\.)$/.test(next) && reader.tokens.find(['begin'], reader.at) < 0;
}

function readDeclaration(reader: Reader, scopes: Scope[]): Variable | null {
  const name = reader.nameAt(reader.at);
  if (name === null) {
    reader.structureProblem("A declaration begins with the variable's name.", reader.at);
    reader.skipStatement();
    return null;
  }
  const place = reader.tokens.span(reader.at);
  reader.at++;
  if (reader.accept('alias', 'for')) {
    if (!reader.ended && reader.word() !== ';') reader.at++;
    endDeclaration(reader);
    return { name, kind: 'alias', type: '', ...place };
  }
  if (isCursor(reader)) {
    readCursor(reader, name, scopes);
    return { name, kind: 'cursor', type: '', ...place };
  }
  const constant = reader.accept('constant');
  const type = readType(reader);
  if (type === null) return { name, kind: 'variable', type: '', ...place };
  if (reader.accept('collate')) while (!reader.ended && !/^(?:;|not|default|:=|=)$/.test(reader.word())) reader.at++;
  reader.accept('not', 'null');
  if (reader.accept('default') || reader.accept(':=') || reader.accept('=')) {
    const stop = reader.read('expression', { stops: [], missing: ';', prefix: 'SELECT ' });
    if (stop !== anotherStatement) reader.accept(';');
  } else endDeclaration(reader);
  return { name, kind: constant ? 'constant' : 'variable', type, ...place };
}

/** Where BEGIN is missing, every statement behind it looks like this: it is told once. */
function typeProblem(reader: Reader, message: string, place: number): void {
  if (!reader.wrongType) reader.structureProblem(message, place);
  reader.wrongType = true;
}

/** @returns the type as written; null when another declaration begins inside of it (told and left to the caller) */
function readType(reader: Reader): string | null {
  const first = reader.at;
  const end = reader.scan(first, [':=', '=', 'default', 'not', 'collate']);
  if (end === first) {
    typeProblem(reader, 'The type is missing in this declaration.', first - 1);
    return '';
  }
  const copied = /%\s*(?:row)?type\b/i.exec(reader.text.slice(reader.startOf(first), reader.endBefore(end)));
  const start = reader.startOf(first);
  const checkedTo = copied ? reader.tokenAt(start + copied.index) : end;
  if (copied) {
    // name%TYPE, name%ROWTYPE, and arrays of them
    let next = checkedTo + 2;
    while (reader.wordAt(next) === '[') next = reader.closing(next) + 1;
    if (reader.wordAt(next) === 'array') next++;
    while (reader.wordAt(next) === '[') next = reader.closing(next) + 1;
    reader.at = Math.min(next, end);
    return reader.text.slice(start, reader.endBefore(reader.at));
  }
  const wrong = wrongInType(reader, first, end);
  if (wrong < 0) {
    reader.at = end;
    return reader.text.slice(start, reader.endBefore(end));
  }
  for (let i = Math.min(wrong, end - 1); i > first; i--) {
    if (!reader.beginsLine(i) || wrongInType(reader, first, i) >= 0) continue;
    reader.missing(';', i - 1, 'before the next line');
    reader.at = i;
    return null;
  }
  typeProblem(reader, 'This is no type, and no DEFAULT or ; either.', Math.min(wrong, end - 1));
  reader.at = end;
  return reader.text.slice(start, reader.endBefore(end));
}

/** Index of the token that the grammar cannot take in a type; `end` when more should follow; -1 when all is well. */
function wrongInType(reader: Reader, first: number, end: number): number {
  const start = reader.startOf(first);
  const head = 'SELECT CAST(NULL AS ';
  const parsed = reader.parser.parse(`${head}${reader.text.slice(start, reader.endBefore(end))}\n)`);
  if (parsed.kind !== 'error') return -1;
  return Math.max(first, Math.min(end, reader.tokenAt(start + parsed.offset - head.length)));
}

const isCursor = (reader: Reader): boolean => {
  const i = reader.word() === 'no' ? 1 : 0;
  const cursor = reader.word(i) === 'scroll' ? i + 1 : i;
  return reader.word(cursor) === 'cursor' && /^(?:\(|for|is)$/.test(reader.word(cursor + 1));
};

/** `[NO] SCROLL CURSOR (arguments) FOR query;` */
function readCursor(reader: Reader, name: string, scopes: Scope[]): void {
  reader.accept('no');
  reader.accept('scroll');
  reader.accept('cursor');
  const first = reader.at;
  if (reader.word() === '(') reader.at = Math.min(reader.closing(reader.at) + 1, reader.scan(reader.at, []));
  const variables = cursorArguments(reader, first, reader.at);
  if (!reader.accept('for') && !reader.accept('is')) {
    reader.structureProblem('FOR and a query are missing behind CURSOR.', reader.at - 1);
    reader.skipStatement();
    return;
  }
  const stop = reader.read('query', { stops: [], missing: ';', prefix: '' });
  const end = reader.endBefore(reader.at);
  if (variables.length > 0)
    scopes.push({ kind: 'cursor', label: name, start: reader.startOf(first), end, variables, scopes: [] });
  if (stop !== anotherStatement) reader.accept(';');
}

/** `(name type, …)` between two tokens. */
function cursorArguments(reader: Reader, first: number, end: number): Variable[] {
  if (end <= first) return [];
  return reader.tokens.split(first + 1, end - 1).flatMap((part): Variable[] => {
    const name = reader.nameAt(part.first);
    if (name === null || part.last <= part.first) return [];
    const { start, end: last } = reader.tokens.span(part.first + 1, part.last);
    return [{ name, kind: 'variable', type: reader.text.slice(start, last), ...reader.tokens.span(part.first) }];
  });
}

function endDeclaration(reader: Reader): void {
  if (reader.accept(';')) return;
  if (reader.word() === 'begin' || reader.ended || reader.beginsLine(reader.at)) {
    reader.missing(';', reader.at - 1, 'at the end of this declaration');
    return;
  }
  reader.structureProblem('A declaration ends with ; or goes on with DEFAULT.', reader.at);
  reader.skipStatement();
}
