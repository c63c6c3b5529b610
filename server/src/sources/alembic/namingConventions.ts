/** Naming conventions as a project's files write them. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as python } from '@lezer/python';
import { ownWords } from './generated.ts';
import { mappedTo } from './mapped.ts';
import type { Convention, TokenMaker } from './naming.ts';
import type { ProjectModules } from './projectModules.ts';
import { type Class, Scope, textOf, type Value } from './values.ts';

/** `unknown`: there is one, or may be, and the files do not tell which. */
export type KnownConvention = Convention | null | 'unknown';

/** Where no file of the project has that, there is no convention. */
export const conventionWord = 'naming_convention';

/** What gives metadata a convention: as an argument, under a key, assigned, or as a name of the module. */
const gives =
  /\bMetaData\b|["']naming_convention["']\s*:|(?<!\bself)\.naming_convention\s*=(?!=)|^naming_convention\b[^=\n]*=(?!=)/m;

/** The files that may give metadata a convention, but for tests. */
export const filesWithConventions = (modules: ProjectModules): [uri: string, text: string][] =>
  modules
    .mentioning(conventionWord)
    .filter(([uri, text]) => gives.test(text) && !/\/(?:tests?\/|test_|conftest\.py)/.test(uri));

/** The convention of all metadata of the project; `unknown` where there are several. */
export function onlyConvention(modules: ProjectModules): KnownConvention {
  const files = filesWithConventions(modules);
  if (files.length === 0) return null;
  const [uri, text] = files[0] as [string, string];
  const scope = modules.scopeOf(uri);
  const written = writtenConventions(text, python.parse(text));
  if (files.length > 1 || written.length !== 1 || !scope) return 'unknown';
  return conventionOf(modules.evaluate(uri, text, written[0] as SyntaxNode, scope), modules);
}

/** `metadata.naming_convention = {…}`; the last one. */
export function assignedConvention(text: string, tree: Tree): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  tree.iterate({
    enter: ({ node, name }) => {
      if (name !== 'AssignStatement' || node.firstChild?.name !== 'MemberExpression') return;
      if (/\.naming_convention$/.test(text.slice(node.firstChild.from, node.firstChild.to))) found = node.lastChild;
    },
  });
  return found;
}

/** What is assigned, and what `MetaData(naming_convention=…)` is given. */
function writtenConventions(text: string, tree: Tree): SyntaxNode[] {
  const assigned = assignedConvention(text, tree);
  const found = assigned ? [assigned] : [];
  tree.iterate({
    enter: ({ node, name }) => {
      if (name !== 'ArgList') return;
      for (let word = node.firstChild; word; word = word.nextSibling) {
        const value = word.nextSibling?.name === 'AssignOp' ? word.nextSibling.nextSibling : null;
        if (value && text.slice(word.from, word.to) === conventionWord) found.push(value);
      }
    },
  });
  return found;
}

export function conventionOf(value: Value | undefined, modules: ProjectModules): KnownConvention {
  if (!value || value.kind === 'none') return null;
  if (value.kind !== 'dict') return 'unknown';
  const convention = new Map<string, string | TokenMaker>();
  for (const [key, template] of value.entries) {
    const [kind, text] = [textOf(key), textOf(template)];
    if (kind !== null && text !== null) convention.set(kind, text);
    else if (kind !== null && template.kind === 'function') convention.set(kind, tokenMaker(template, modules));
    else return 'unknown';
  }
  return convention;
}

/** A token that the project's own function makes of a constraint, as far as its code can be followed. */
const tokenMaker =
  (fn: Extract<Value, { kind: 'function' }>, modules: ProjectModules): TokenMaker =>
  ({ columns, unique, table }) => {
    const column = (name: string): Value => objectWith({ name: string(name), key: string(name) });
    const constraint = objectWith({
      columns: { kind: 'list', items: columns.map(column), tuple: false, span: ownWords },
      ...(unique === null ? {} : { unique: { kind: 'boolean', value: unique, span: ownWords } }),
    });
    const made = modules.call(fn, [constraint, objectWith({ name: string(table) })]);
    return made && textOf(made);
  };

const string = (text: string): Value => ({
  kind: 'string',
  mapped: mappedTo(text, ownWords),
  holes: false,
  span: ownWords,
});

/** An object of which only these members are known. */
function objectWith(members: Readonly<Record<string, Value>>): Value {
  const scope = new Scope(null);
  for (const [name, value] of Object.entries(members)) scope.variables.set(name, value);
  const of: Class = { kind: 'class', name: 'object', bases: [], members: scope, span: ownWords };
  return { kind: 'construct', name: 'object', path: '', on: null, args: [], keywords: new Map(), of, span: ownWords };
}
