/**
 * The project's own modules, as far as revisions import from them: types, constants, helper functions. A module is run when
 * a name of it is asked for; what is imported there is looked up in turn only when it is used.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser as python } from '@lezer/python';
import { parent } from '../../tools/paths.ts';
import { ownWords } from './generated.ts';
import { Interpreter } from './interpreter.ts';
import { isLibrary } from './libraries.ts';
import { memberOf } from './members.ts';
import type { Modules } from './modules.ts';
import { type Name, Scope, type Value } from './values.ts';

export class ProjectModules implements Modules {
  readonly #texts: ReadonlyMap<string, string>;
  /** By URI of files that were looked for and are there. */
  readonly #used = new Map<string, string>();
  readonly #scopes = new Map<string, Scope>();
  readonly #found = new Map<string, Value | null>();
  /** What is being looked for. */
  readonly #open = new Set<string>();
  readonly #files = new Map<string, string | null>();
  /** How many modules are being run: what is not found meanwhile may be there afterwards. */
  #running = 0;

  /** @param texts Python files by URI; others may be among them */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** The files that what was found so far came from. */
  get used(): ReadonlyMap<string, string> {
    return this.#used;
  }

  find(name: Name): Value | null {
    return this.#find(name, new Map());
  }

  /** @param passed what was looked for on the way here, and where: modules that import each other lead there on many ways */
  #find({ path, from, base }: Name, passed: Map<string, Value | null>): Value | null {
    if (path === '' || from === undefined || (base === undefined && isLibrary(path))) return null;
    const key = `${base ?? parent(from)} ${path}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    // modules that import each other
    if (this.#open.has(key)) return null;
    this.#open.add(key);
    const words = path.split('.');
    let value: Value | null = null;
    for (let i = words.length - 1; i >= (base === undefined ? 1 : 0); i--) {
      const file = this.#fileOf(words.slice(0, i), from, base);
      if (file === null) continue;
      value = this.#member(file, words.slice(i), passed);
      // where the module is a file, what its package says of the module's name does not count
      break;
    }
    this.#open.delete(key);
    if (value || (this.#running === 0 && this.#open.size === 0)) this.#found.set(key, value);
    return value;
  }

  /** Null when there is no such file. */
  textOf(uri: string): string | null {
    return this.#has(uri) ? (this.#texts.get(uri) ?? null) : null;
  }

  /** The files that have a word in them. */
  mentioning(word: string): [uri: string, text: string][] {
    return [...this.#texts].filter(([uri, text]) => uri.endsWith('.py') && text.includes(word));
  }

  /** An expression of a module. */
  evaluate(uri: string, text: string, node: SyntaxNode, scope: Scope): Value {
    return new Interpreter({ uri, text, own: false }, this).evaluate(node, scope);
  }

  /** What a function of a module gives back; null where that is not known. */
  call(fn: Extract<Value, { kind: 'function' }>, args: readonly Value[]): Value | null {
    return new Interpreter(fn.file, this).call(fn, args, new Map(), ownWords);
  }

  /** The module's variables; null when there is no such file. */
  scopeOf(uri: string): Scope | null {
    const known = this.#scopes.get(uri);
    if (known) return known;
    const text = this.#texts.get(uri);
    if (text === undefined) return null;
    this.#used.set(uri, text);
    const scope = new Scope(null);
    this.#scopes.set(uri, scope);
    this.#running++;
    try {
      new Interpreter({ uri, text, own: false }, this).module(python.parse(text).topNode, scope);
    } catch {
      // code too deep to walk: what stands before it is kept
    }
    this.#running--;
    return scope;
  }

  #member(file: string, words: readonly string[], passed: Map<string, Value | null>): Value | null {
    const place = `${file} ${words.join('.')}`;
    const known = passed.get(place);
    if (known !== undefined) return known;
    passed.set(place, null);
    const value = this.#memberOf(file, words, passed);
    passed.set(place, value);
    return value;
  }

  #memberOf(file: string, words: readonly string[], passed: Map<string, Value | null>): Value | null {
    const [first, ...rest] = words;
    const scope = this.scopeOf(file);
    const followed = (value: Value | null): Value | null =>
      value?.kind === 'name' && value.from !== undefined ? (this.#find(value, passed) ?? value) : value;
    let value = scope?.variables.get(first as string) ?? null;
    for (const star of value ? [] : (scope?.stars ?? [])) {
      const name = memberOf(star, first as string, ownWords);
      value ??= name.kind === 'name' ? this.#find(name, passed) : null;
    }
    value = followed(value);
    for (const word of rest) {
      if (!value) return null;
      value = followed(memberOf(value, word, ownWords));
    }
    return value && { ...value, span: ownWords };
  }

  /** The file of a module, `from` importing it; null where it is none of the project, or several may be meant. */
  #fileOf(words: readonly string[], from: string, base: string | undefined): string | null {
    const key = `${base ?? parent(from)} ${words.join('.')} ${base === undefined}`;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const folder of base === undefined ? this.#rootsOf(from) : [base]) {
      const path = [folder, ...words].join('/');
      const file = [`${path}.py`, `${path}/__init__.py`].find((uri) => this.#has(uri));
      if (file !== undefined) found.add(file);
    }
    const [only = null] = found;
    const file = found.size === 1 ? only : null;
    this.#files.set(key, file);
    return file;
  }

  /** The folders that modules may be imported from: those above a file that are no packages themselves, and src in them. */
  *#rootsOf(uri: string): Generator<string> {
    for (let folder = parent(uri); folder.includes('/'); folder = parent(folder))
      if (!this.#has(`${folder}/__init__.py`)) {
        yield folder;
        yield `${folder}/src`;
      }
  }

  #has(uri: string): boolean {
    const text = this.#texts.get(uri);
    if (text === undefined) return false;
    this.#used.set(uri, text);
    return true;
  }
}
