/** Reads a PL/pgSQL body: its blocks and the statements that hold others. Tolerant: one mistake gives one problem. */
import type { Parser } from '../../parser.ts';
import { beginsStatement, isAssignment } from './beginners.ts';
import { readDeclarations } from './declarations.ts';
import { endStatement } from './ending.ts';
import { readForeachHead, readForHead, readHead } from './heads.ts';
import type { PlpgsqlBody, Scope, Variable } from './plpgsqlBody.ts';
import { Reader } from './reader.ts';
import { readSimpleStatement } from './simpleStatements.ts';

/** Blocks, loops, IF and CASE within one another. */
const maxNesting = 200;

type ConstructKind = 'block' | 'if' | 'loop' | 'case';

/** What must be closed by an END of its own. */
interface Construct {
  readonly kind: ConstructKind;
  /** Index of the token that opened it, for saying what is not closed. */
  readonly opener: number;
  inExceptions: boolean;
  /** Index of an IF that stands right behind this one's ELSE: perhaps ELSIF was meant. -1 for none. */
  elseIf: number;
}

const closers: Readonly<Record<ConstructKind, string>> = {
  block: 'END',
  if: 'END IF',
  loop: 'END LOOP',
  case: 'END CASE',
};

export function readPlpgsqlBody(text: string, parser: Parser): PlpgsqlBody {
  const reader = new Reader(text, parser);
  const blocks = new Blocks(reader);
  const scope = blocks.readBody();
  const { statements, dynamic, rowTargets, problems, bareReturns } = reader;
  return { statements, dynamic, rowTargets, scope, problems, bareReturns, tooDeep: blocks.tooDeep };
}

class Blocks {
  readonly #reader: Reader;
  readonly #open: Construct[] = [];
  /** A label could not be read: whether those behind END are right is not known. */
  #labelsUnsure = false;
  tooDeep = false;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  readBody(): Scope | null {
    const reader = this.#reader;
    this.#readOptions();
    const label = this.#readLabel();
    if (reader.word() !== 'declare' && reader.word() !== 'begin' && reader.problems.length > 0) {
      reader.lost = true;
      while (!reader.ended && reader.word() !== 'begin') reader.at++;
      if (reader.ended) return null;
    } else if (reader.word() !== 'declare' && reader.word() !== 'begin') {
      reader.structureProblem(
        reader.ended ? 'The body is empty: it needs BEGIN … END.' : 'A body begins with DECLARE or BEGIN.',
        reader.at,
      );
      reader.lost = true;
      while (!reader.ended && reader.word() !== 'begin') reader.at++;
      if (reader.ended) return null;
    }
    const scope = this.#readBlock(label, reader.at);
    if (!reader.ended && !this.tooDeep)
      reader.consequence("The body's BEGIN … END is over here: nothing may follow.", reader.at);
    return scope;
  }

  /** `#variable_conflict use_column` and the like, before the first block. */
  #readOptions(): void {
    const reader = this.#reader;
    while (reader.word() === '#') {
      const option = reader.word(1);
      reader.at += option === 'dump' || option === '' ? 2 : 3;
    }
  }

  #readLabel(): string | null {
    const reader = this.#reader;
    const label = reader.nameAt(reader.at + 1);
    if (reader.word() === '<<' && label !== null && reader.word(2) === '>>') {
      reader.at += 3;
      return label;
    }
    if (!reader.word().startsWith('<<') && (reader.nameAt(reader.at) === null || reader.word(1) !== '>>')) return null;
    reader.structureProblem('A label is written <<name>>.', reader.at);
    this.#labelsUnsure = true;
    while (!reader.ended && !/^(?:declare|begin|loop|while|for|foreach|;)$/.test(reader.word())) reader.at++;
    return null;
  }

  /** Stands at DECLARE or BEGIN. */
  #readBlock(label: string | null, first: number): Scope {
    const reader = this.#reader;
    const start = reader.startOf(first);
    const scopes: Scope[] = [];
    const variables = reader.accept('declare') ? readDeclarations(reader, scopes) : [];
    const opener = reader.word() === 'begin' ? reader.at : first;
    if (!reader.accept('begin') && !reader.wrongType)
      reader.structureProblem('BEGIN is missing before this.', reader.at);
    this.#within('block', opener, (block) => {
      this.#readStatements(scopes);
      if (reader.accept('exception')) {
        block.inExceptions = true;
        this.#readHandlers(scopes);
      }
      if (!this.#close(block, scopes)) return;
      this.#readEndLabel(label);
      // only the outermost block's END may stand without ;
      if (this.#open.length > 1 && !reader.ended) endStatement(reader);
      else reader.accept(';');
    });
    return { kind: 'block', label, start, end: reader.endBefore(reader.at), variables, scopes };
  }

  #readHandlers(scopes: Scope[]): void {
    const reader = this.#reader;
    if (reader.word() !== 'when') {
      reader.structureProblem('WHEN and a condition are missing behind EXCEPTION.', reader.at);
      this.#skipHandlerHead();
      this.#readStatements(scopes);
    }
    while (reader.accept('when')) {
      const first = reader.at;
      const end = reader.scan(first, ['then']);
      if (reader.wordAt(end) === 'then' && end > first) reader.at = end + 1;
      else {
        reader.structureProblem('An exception handler is written WHEN condition THEN.', first - 1);
        this.#skipHandlerHead();
      }
      this.#readStatements(scopes);
    }
  }

  #skipHandlerHead(): void {
    const reader = this.#reader;
    const end = reader.scan(reader.at, ['then']);
    if (reader.wordAt(end) === 'then') reader.at = end + 1;
    else while (reader.at < end && !beginsStatement(reader, reader.at) && !isAssignment(reader, reader.at)) reader.at++;
    reader.accept(';');
  }

  #readStatements(scopes: Scope[]): void {
    const reader = this.#reader;
    while (!reader.ended && !this.tooDeep) {
      const word = reader.word();
      if (/^(?:end|else|elsif|elseif|when|exception)$/.test(word)) {
        if (word === 'end' || this.#open.some((c) => takes(c, word))) return;
        reader.consequence(`This ${word.toUpperCase()} belongs to nothing that is open here.`, reader.at);
        reader.lost = true;
        reader.at++;
        if (word !== 'else') this.#skipHandlerHead();
        continue;
      }
      const before = reader.at;
      this.#readStatement(scopes);
      if (reader.at === before) reader.at++;
    }
  }

  #readStatement(scopes: Scope[]): void {
    const reader = this.#reader;
    const first = reader.at;
    const label = this.#readLabel();
    const word = reader.word();
    if (word === 'declare' || word === 'begin') scopes.push(this.#readBlock(label, first));
    else if (word === 'loop' || word === 'while' || word === 'for' || word === 'foreach')
      scopes.push(this.#readLoop(label, first));
    else if (label !== null) reader.structureProblem('A label stands before a block or a loop.', first, first + 2);
    else if (word === 'if') this.#readIf(scopes);
    else if (word === 'case') this.#readCase(scopes);
    else readSimpleStatement(reader);
  }

  #readIf(scopes: Scope[]): void {
    const reader = this.#reader;
    this.#within('if', reader.at++, (construct) => {
      readHead(reader, 'condition', 'then');
      for (;;) {
        this.#readStatements(scopes);
        if (reader.accept('elsif') || reader.accept('elseif')) readHead(reader, 'condition', 'then');
        else if (!reader.accept('else')) break;
        else if (reader.word() === 'if' && !reader.beginsLine(reader.at)) construct.elseIf = reader.at;
      }
      if (this.#close(construct, scopes)) endStatement(reader);
    });
  }

  #readCase(scopes: Scope[]): void {
    const reader = this.#reader;
    this.#within('case', reader.at++, (construct) => {
      if (reader.word() !== 'when') reader.read('expression', { stops: ['when'], missing: 'WHEN', prefix: 'SELECT ' });
      while (reader.accept('when')) {
        while (readHead(reader, 'expression', 'then', [',']) === ',') reader.at++;
        this.#readStatements(scopes);
      }
      if (reader.accept('else')) this.#readStatements(scopes);
      if (this.#close(construct, scopes)) endStatement(reader);
    });
  }

  /** Stands at LOOP, WHILE, FOR or FOREACH. */
  #readLoop(label: string | null, first: number): Scope {
    const reader = this.#reader;
    const scopes: Scope[] = [];
    const variables: Variable[] = [];
    this.#within('loop', reader.at, (construct) => {
      const word = reader.word();
      reader.at++;
      if (word === 'while') readHead(reader, 'condition', 'loop');
      else if (word === 'for') readForHead(reader, variables);
      else if (word === 'foreach') readForeachHead(reader);
      this.#readStatements(scopes);
      if (this.#close(construct, scopes)) {
        this.#readEndLabel(label);
        endStatement(reader);
      }
    });
    return { kind: 'loop', label, start: reader.startOf(first), end: reader.endBefore(reader.at), variables, scopes };
  }

  #within(kind: ConstructKind, opener: number, read: (construct: Construct) => void): void {
    if (this.#open.length >= maxNesting) {
      this.tooDeep = true;
      return;
    }
    const construct: Construct = { kind, opener, inExceptions: false, elseIf: -1 };
    this.#open.push(construct);
    read(construct);
    this.#open.pop();
  }

  /**
   * Expects the END of a construct here. Whatever else stands here belongs to one further out, which is left to read it.
   * @returns true when it was this construct's
   */
  #close(construct: Construct, scopes: Scope[]): boolean {
    const reader = this.#reader;
    for (;;) {
      if (this.tooDeep) return false;
      if (reader.ended) {
        this.#tellNotClosed(construct, this.#whereEndIsMissed(construct));
        reader.lost = true;
        return false;
      }
      if (reader.word() === 'end' && reader.word(1) === 'end' && !reader.beginsLine(reader.at + 1)) {
        reader.structureProblem(
          'END is written twice.',
          reader.at + 1,
          reader.at + 1,
          reader.replaceBy('', reader.at + 1),
        );
        reader.at++;
      }
      if (construct.kind === 'loop' && reader.word() === 'end' && /^(?:while|for|foreach)$/.test(reader.word(1))) {
        reader.structureProblem(
          'A loop ends with END LOOP.',
          reader.at,
          reader.at + 1,
          reader.replaceBy('END LOOP', reader.at, reader.at + 1),
        );
        reader.at += 2;
        return true;
      }
      const kind = this.#endsHere();
      if (kind === construct.kind) {
        reader.at += kind === 'block' ? 1 : 2;
        return true;
      }
      const outer = this.#open.slice(0, -1);
      const word = reader.word();
      if (kind === null ? outer.some((c) => takes(c, word)) : outer.some((c) => c.kind === kind)) {
        if (kind !== null && this.#standsLikeItsEnd(construct, outer, kind)) {
          const last = reader.at + (kind === 'block' ? 0 : 1);
          const mend = reader.replaceBy(closers[construct.kind], reader.at, last);
          reader.consequence(this.#wrongEnd(construct), reader.at, last, mend);
          reader.at += kind === 'block' ? 1 : 2;
          return true;
        }
        this.#tellNotClosed(construct, construct.opener);
        reader.lost = true;
        return false;
      }
      reader.consequence(
        kind === null ? `${word.toUpperCase()} cannot stand here.` : `This ${closers[kind]} closes nothing.`,
        reader.at,
        reader.at + (kind === null || kind === 'block' ? 0 : 1),
      );
      reader.lost = true;
      reader.at += kind === null || kind === 'block' ? 1 : 2;
      if (kind !== null) reader.accept(';');
      this.#readStatements(scopes);
    }
  }

  /** At the end of the body: what opened it, but for the outermost block the place where its END should stand. */
  #whereEndIsMissed({ opener }: Construct): number {
    const reader = this.#reader;
    if (this.#open.length > 1) return opener;
    return reader.word(opener + 1 - reader.at) === 'begin' && !reader.beginsLine(opener + 1)
      ? opener + 1
      : reader.tokens.length - 1;
  }

  /** What an END at this place closes by its words; null when no END stands here. */
  #endsHere(): ConstructKind | null {
    const reader = this.#reader;
    if (reader.word() !== 'end') return null;
    const next = reader.word(1);
    return next === 'if' || next === 'loop' || next === 'case' ? next : 'block';
  }

  /** An END of the wrong kind that is indented as this construct, and not as the one that it would close. */
  #standsLikeItsEnd(construct: Construct, outer: readonly Construct[], kind: ConstructKind): boolean {
    const reader = this.#reader;
    if (!reader.beginsLine(reader.at)) return false;
    const here = reader.indentation(reader.at);
    const closed = outer.findLast((c) => c.kind === kind) as Construct;
    return here === reader.indentation(construct.opener) && here !== reader.indentation(closed.opener);
  }

  #wrongEnd(construct: Construct): string {
    return `${closers[construct.kind]} is expected here: this stands where the ${this.#nameOf(construct)} above ends.`;
  }

  #tellNotClosed(construct: Construct, place: number): void {
    const { kind, elseIf } = construct;
    if (elseIf >= 0)
      this.#reader.consequence(
        'ELSE IF begins an IF of its own, and one END IF is missing. Write ELSIF to go on with the first.',
        elseIf - 1,
        elseIf,
        this.#reader.replaceBy('ELSIF', elseIf - 1, elseIf),
      );
    else
      this.#reader.consequence(
        `The ${this.#nameOf(construct)} on ${this.#lineOf(construct)} has no ${closers[kind]}.`,
        place,
      );
  }

  #lineOf(construct: Construct): string {
    const before = this.#reader.text.slice(0, this.#reader.startOf(construct.opener));
    return `line ${before.split(/\r\n|[\r\n]/).length} of the body`;
  }

  #nameOf(construct: Construct): string {
    return this.#reader.wordAt(construct.opener).toUpperCase();
  }

  #readEndLabel(label: string | null): void {
    const reader = this.#reader;
    const end = reader.nameAt(reader.at);
    if (end === null || reader.beginsLine(reader.at)) return;
    if (end !== label && !this.#labelsUnsure)
      reader.structureProblem(
        label === null
          ? `The label "${end}" stands behind END, but none stands before the block.`
          : `The label "${end}" behind END differs from the block's label "${label}".`,
        reader.at,
      );
    reader.at++;
  }
}

/** Whether a part of the construct begins with this word. */
function takes(construct: Construct, word: string): boolean {
  if (word === 'else') return construct.kind === 'if' || construct.kind === 'case';
  if (word === 'elsif' || word === 'elseif') return construct.kind === 'if';
  if (word === 'when') return construct.kind === 'case' || construct.inExceptions;
  return word === 'exception' && construct.kind === 'block' && !construct.inExceptions;
}
