/**
 * The statements of a PL/pgSQL body as a tree, for asking what runs when. Only bodies that read without problems have one:
 * this reading trusts that every IF has its END IF.
 */
import type { Node } from '@pgsql/types';
import { type Span, Tokens } from '../../tokens.ts';
import type { BodyStatement, PlpgsqlBody } from './plpgsqlBody.ts';

export interface Branch {
  /** The condition of IF, ELSIF and of a searched CASE; null where it has another form. */
  readonly condition: Node | null;
  readonly commands: readonly Command[];
}

export interface Handler extends Span {
  /** In lower case, as written between WHEN and THEN: `others`, `unique_violation or foreign_key_violation`. */
  readonly conditions: string;
  readonly commands: readonly Command[];
}

/** Spans are offsets into the body's text, without the terminator. */
export type Command = Span &
  (
    | { readonly kind: 'block'; readonly commands: readonly Command[]; readonly handlers: readonly Handler[] }
    | {
        readonly kind: 'if' | 'case';
        readonly branches: readonly Branch[];
        readonly otherwise: readonly Command[] | null;
      }
    /** endless: LOOP without a head, which only EXIT and RETURN end. */
    | { readonly kind: 'loop'; readonly endless: boolean; readonly commands: readonly Command[] }
    /** value: as written, '' for none. */
    | { readonly kind: 'return'; readonly value: string }
    | { readonly kind: 'raise'; readonly aborts: boolean }
    /** target: `new.updated_at` → ['new', 'updated_at'], as Postgres folds names; subscripts are left out. */
    | { readonly kind: 'assign'; readonly target: readonly string[]; readonly value: BodyStatement | null }
    /** labelled: it names the loop or block that it leaves. */
    | { readonly kind: 'exit' | 'continue'; readonly conditional: boolean; readonly labelled: boolean }
    | { readonly kind: 'commit' | 'rollback' }
    /** SQL by itself, PERFORM, EXECUTE, RETURN NEXT, GET DIAGNOSTICS …; word: its first one. */
    | { readonly kind: 'other'; readonly word: string; readonly sql: BodyStatement | null }
  );

const known = new WeakMap<PlpgsqlBody, { readonly block: Command | null }>();

/** The outermost block; null when the body does not read without problems. */
export function commandsOf(text: string, body: PlpgsqlBody): (Command & { readonly kind: 'block' }) | null {
  let entry = known.get(body);
  if (!entry) {
    entry = { block: body.problems.length > 0 || body.tooDeep ? null : new CommandReader(text, body).read() };
    known.set(body, entry);
  }
  return entry.block?.kind === 'block' ? entry.block : null;
}

/** Every command of the list, those inside others included, parents first. */
export function* everyCommand(commands: readonly Command[]): Generator<Command> {
  for (const command of commands) {
    yield command;
    if (command.kind === 'block') {
      yield* everyCommand(command.commands);
      for (const handler of command.handlers) yield* everyCommand(handler.commands);
    } else if (command.kind === 'loop') yield* everyCommand(command.commands);
    else if (command.kind === 'if' || command.kind === 'case') {
      for (const branch of command.branches) yield* everyCommand(branch.commands);
      yield* everyCommand(command.otherwise ?? []);
    }
  }
}

/** The value of a piece that was made SQL by a SELECT before it. */
export function expressionOf(piece: BodyStatement | null): Node | null {
  const node = piece?.parsed.kind === 'tree' ? piece.parsed.stmts[0]?.stmt : undefined;
  const target = node && 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined;
  return target && 'ResTarget' in target ? (target.ResTarget.val ?? null) : null;
}

/** The statement that a piece is. */
export function nodeOf(piece: BodyStatement | null): Node | null {
  return piece?.parsed.kind === 'tree' ? (piece.parsed.stmts[0]?.stmt ?? null) : null;
}

class CommandReader {
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #pieces = new Map<number, BodyStatement>();
  #at = 0;

  constructor(text: string, body: PlpgsqlBody) {
    this.#text = text;
    this.#tokens = new Tokens(text, 0, text.length);
    for (const piece of body.statements) this.#pieces.set(piece.start, piece);
  }

  read(): Command | null {
    while (this.#tokens.written(this.#at) === '#') this.#at += 3;
    return this.#command();
  }

  #word(ahead = 0): string {
    return this.#tokens.word(this.#at + ahead);
  }

  #accept(word: string): boolean {
    if (this.#word() !== word) return false;
    this.#at++;
    return true;
  }

  get #ended(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #pieceAt(i: number): BodyStatement | null {
    return this.#pieces.get(this.#tokens.all[i]?.start ?? -1) ?? null;
  }

  /** Up to END, ELSE, ELSIF, WHEN or EXCEPTION, which are left to the caller. */
  #list(): Command[] {
    const commands: Command[] = [];
    while (!this.#ended && !/^(?:end|else|elsif|elseif|when|exception)$/.test(this.#word())) {
      const command = this.#command();
      if (command) commands.push(command);
    }
    return commands;
  }

  #command(): Command | null {
    if (this.#tokens.written(this.#at) === '<<') this.#at += 3;
    const first = this.#at;
    const found = this.#construct();
    const last = Math.max(first, this.#at - 1);
    this.#skipTo([';']);
    this.#at++;
    return found && { ...found, ...this.#tokens.span(first, last) };
  }

  #construct() {
    switch (this.#word()) {
      case 'declare':
      case 'begin':
        return this.#block();
      case 'if':
        return this.#if();
      case 'case':
        return this.#case();
      case 'loop':
      case 'while':
      case 'for':
      case 'foreach': {
        const endless = this.#word() === 'loop';
        this.#skipTo(['loop']);
        this.#at++;
        const commands = this.#list();
        this.#at += 2;
        return { kind: 'loop' as const, endless, commands };
      }
      default:
        return this.#simple();
    }
  }

  #block() {
    // the declarations hold no BEGIN outside parentheses
    this.#skipTo(['begin'], false);
    this.#at++;
    const commands = this.#list();
    const handlers: Handler[] = [];
    if (this.#accept('exception'))
      while (this.#word() === 'when') {
        const first = this.#at++;
        const from = this.#at;
        this.#skipTo(['then']);
        const conditions = this.#written(from, this.#at - 1).toLowerCase();
        this.#at++;
        const body = this.#list();
        handlers.push({ conditions, commands: body, ...this.#tokens.span(first, this.#at - 1) });
      }
    this.#at++;
    return { kind: 'block' as const, commands, handlers };
  }

  #if() {
    const branches: Branch[] = [];
    do {
      this.#at++;
      const condition = expressionOf(this.#pieceAt(this.#at));
      this.#skipTo(['then']);
      this.#at++;
      branches.push({ condition, commands: this.#list() });
    } while (/^els(?:e?if)$/.test(this.#word()));
    const otherwise = this.#accept('else') ? this.#list() : null;
    this.#at += 2;
    return { kind: 'if' as const, branches, otherwise };
  }

  #case() {
    this.#at++;
    const searched = this.#word() === 'when';
    this.#skipTo(['when']);
    const branches: Branch[] = [];
    while (this.#accept('when')) {
      const condition = searched ? expressionOf(this.#pieceAt(this.#at)) : null;
      this.#skipTo(['then']);
      this.#at++;
      branches.push({ condition, commands: this.#list() });
    }
    const otherwise = this.#accept('else') ? this.#list() : null;
    this.#at += 2;
    return { kind: 'case' as const, branches, otherwise };
  }

  #simple() {
    const first = this.#at;
    const word = this.#word();
    const sign = this.#assignmentSign(first);
    const isCreate = word === 'create';
    this.#skipTo([';'], true, isCreate);
    const end = this.#at;
    if (sign > 0) {
      const target = this.#target(first, sign);
      return { kind: 'assign' as const, target, value: this.#pieceAt(sign + 1) };
    }
    if (word === 'return' && !/^(?:next|query)$/.test(this.#tokens.word(first + 1)))
      return { kind: 'return' as const, value: end > first + 1 ? this.#written(first + 1, end - 1) : '' };
    if (word === 'raise') {
      const level = this.#tokens.word(first + 1);
      return { kind: 'raise' as const, aborts: !/^(?:debug|log|info|notice|warning)$/.test(level) };
    }
    if (word === 'exit' || word === 'continue') {
      const labelled = end > first + 1 && this.#tokens.word(first + 1) !== 'when';
      return { kind: word, conditional: this.#tokens.find(['when'], first, end) >= 0, labelled } as const;
    }
    if (word === 'commit' || word === 'rollback') return { kind: word } as const;
    // the words of PL/pgSQL's own before the SQL
    const sql =
      this.#pieceAt(first) ??
      this.#pieceAt(first + 1) ??
      (word === 'return' && this.#tokens.word(first + 1) === 'query' ? this.#pieceAt(first + 2) : null);
    return { kind: 'other' as const, word, sql };
  }

  /** Index of `:=` or `=` behind a target that begins at `first`; -1 where this is no assignment. */
  #assignmentSign(first: number): number {
    const kind = this.#tokens.all[first]?.kind;
    if (kind !== 'word' && kind !== 'identifier' && kind !== 'parameter') return -1;
    let i = first + 1;
    for (;;) {
      if (this.#tokens.word(i) === '.') i += 2;
      else if (this.#tokens.word(i) === '[') {
        let depth = 0;
        do {
          if (this.#tokens.word(i) === '[') depth++;
          else if (this.#tokens.word(i) === ']') depth--;
          i++;
        } while (depth > 0 && i < this.#tokens.length);
      } else break;
    }
    return /^:?=$/.test(this.#tokens.written(i)) ? i : -1;
  }

  #target(first: number, sign: number): string[] {
    const names: string[] = [];
    for (let i = first; i < sign && this.#tokens.word(i) !== '['; i++) {
      const written = this.#tokens.written(i);
      if (written !== '.') names.push(written.startsWith('"') ? written.slice(1, -1) : written.toLowerCase());
    }
    return names;
  }

  /** Goes to the first of these words outside parentheses. @param atomic whether `;` may stand between BEGIN ATOMIC and END */
  #skipTo(words: readonly string[], outside = true, atomic = false): void {
    let depth = 0;
    let bodies = 0;
    for (; !this.#ended; this.#at++) {
      const w = this.#word();
      if (depth <= 0 && bodies === 0 && words.includes(w)) return;
      if (!outside) continue;
      if (w === '(' || w === '[') depth++;
      else if (w === ')' || w === ']') depth--;
      else if (atomic && w === 'atomic' && this.#tokens.word(this.#at - 1) === 'begin') bodies++;
      else if (bodies > 0 && w === 'case') bodies++;
      else if (bodies > 0 && w === 'end') bodies--;
    }
  }

  #written(first: number, last: number): string {
    const { start, end } = this.#tokens.span(first, last);
    return this.#text.slice(start, end);
  }
}
