/** Which of a project's Python files its revisions need. */
import { conventionFor, environmentFile } from './environment.ts';
import { isLibrary } from './libraries.ts';
import { conventionWord } from './namingConventions.ts';
import { ProjectModules } from './projectModules.ts';
import type { Name, Scope, Value } from './values.ts';

/** How far what a name needs is followed: a type's method, and what that calls. */
const maxDepth = 2;

/**
 * @param revisions with their texts
 * @param files texts of Python files by URI
 * @returns those of `files` that names in the revisions come from, and the env.py of each, and what tells of naming conventions
 */
export function importedModules(
  revisions: readonly { readonly uri: string; readonly text: string }[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const modules = new ProjectModules(files);
  const seen = new Set<Value>();
  const environments = new Set<string | null>();
  for (const { uri, text } of revisions) {
    for (const name of namesIn(uri, text)) follow(modules.find(name), modules, seen);
    const environment = environmentFile(uri, (file) => files.has(file));
    if (!environments.has(environment)) conventionFor(uri, modules);
    environments.add(environment);
  }
  return new Map([...modules.used, ...modules.mentioning(conventionWord)]);
}

/** Remembers the answer while nothing that it came from changes: a scan follows each file that is saved. */
export class ImportedModules {
  #revisions: ReadonlyMap<string, string> = new Map();
  #files = '';
  #used: ReadonlyMap<string, string> = new Map();

  /** As {@link importedModules}. */
  of(
    revisions: readonly { readonly uri: string; readonly text: string }[],
    files: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> {
    const names = [...files.keys()].join('\n');
    const same =
      names === this.#files &&
      revisions.length === this.#revisions.size &&
      revisions.every(({ uri, text }) => this.#revisions.get(uri) === text) &&
      [...this.#used].every(([uri, text]) => files.get(uri) === text);
    if (!same) {
      this.#used = importedModules(revisions, files);
      this.#files = names;
      this.#revisions = new Map(revisions.map(({ uri, text }) => [uri, text]));
    }
    return this.#used;
  }
}

const importLine =
  /^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n#]*))|import[ \t]+([^\n#]*))/gm;

/** What a revision imports from the project, as far as it is named in it. */
function* namesIn(uri: string, text: string): Generator<Name> {
  for (const [, module = '', listed, plain, whole] of text.matchAll(importLine)) {
    if (whole === undefined && !module.startsWith('.') && isLibrary(module)) continue;
    for (const part of (listed ?? plain ?? whole ?? '').split(',')) {
      const [path = '', bound = path] = part
        .replace(/#[^\n]*/g, '')
        .trim()
        .split(/\s+as\s+/);
      if (path === '' || (whole !== undefined && isLibrary(path))) continue;
      const dots = /^\.*/.exec(module)?.[0].length ?? 0;
      const prefix = module.slice(dots);
      const full = whole !== undefined || prefix === '' ? path : `${prefix}.${path}`;
      const base = dots === 0 ? {} : { base: uri.split('/').slice(0, -dots).join('/') };
      const name = (tail: string): Name => ({
        ...{ kind: 'name', path: `${full}${tail}`, from: uri, span: { start: 0, end: 0 } },
        ...base,
      });
      yield name('');
      // the members of a module that are used
      if (!/^[\w.]+$/.test(bound)) continue;
      const used = new RegExp(`\\b${bound.replaceAll('.', '\\.')}((?:\\.\\w+)+)`, 'g');
      for (const [, tail = ''] of text.matchAll(used)) yield name(tail);
    }
  }
}

/** What the code of a function or class needs from other modules. */
function follow(value: Value | null, modules: ProjectModules, seen: Set<Value>, depth = 0): void {
  if (!value || depth > maxDepth) return;
  if (value.kind === 'class') {
    if (seen.has(value)) return;
    seen.add(value);
    for (const member of [...value.members.variables.values(), ...value.bases]) follow(member, modules, seen, depth);
  } else if (value.kind === 'function') {
    if (seen.has(value)) return;
    seen.add(value);
    const body = value.file.text.slice(value.node.from, value.node.to);
    for (const [path = ''] of body.matchAll(/[A-Za-z_]\w*(?:\.\w+)*/g)) {
      const found = nameIn(value.scope, path);
      if (found) follow(modules.find(found), modules, seen, depth + 1);
    }
  }
}

/** An imported name that the path begins with, and the rest of the path. */
function nameIn(scope: Scope, path: string): Name | null {
  const [head = '', ...rest] = path.split('.');
  const found = scope.get(head);
  if (found?.kind !== 'name' || found.from === undefined) return null;
  return { ...found, path: [found.path, ...rest].join('.') };
}
