/** A file of TypeScript or JavaScript: its tree, and what its names stand for as far as the file tells. */
import { type SyntaxNode, type Tree, TreeFragment } from '@lezer/common';
import { parser } from '@lezer/javascript';

export interface TypescriptFile {
  readonly text: string;
  readonly tree: Tree;
  /** Whether a name is a value wherever the file defines it: by its type, or by what it is set to. */
  isValueName(name: string): boolean;
  /** What a name is set to: by a `const`, where nothing else in the file is called so; null where that is not so. */
  constant(name: string): SyntaxNode | null;
  /** Whether a name is a template tag of a library that sends SQL to Postgres. */
  isSqlTag(name: string): boolean;
}

const dialects = {
  ts: parser.configure({ dialect: 'ts' }),
  tsx: parser.configure({ dialect: 'ts jsx' }),
  js: parser.configure({ dialect: 'jsx' }),
};

/** @param fragments of the tree before an edit */
export function typescriptFile(uri: string, text: string, fragments: readonly TreeFragment[]): TypescriptFile {
  const dialect = /\.[cm]?ts$/i.test(uri) ? 'ts' : /\.tsx$/i.test(uri) ? 'tsx' : 'js';
  const tree = dialects[dialect].parse(text, fragments);
  let tags: ReadonlySet<string> | null = null;
  let values: ReadonlySet<string> | null = null;
  let constants: ReadonlyMap<string, SyntaxNode | null> | null = null;
  return {
    text,
    tree,
    isValueName(name) {
      values ??= valueNamesIn(text);
      return values.has(name);
    },
    constant(name) {
      // the whole tree is walked for it
      if (!constants && !new RegExp(String.raw`\bconst\s+${name.replaceAll('$', '\\$')}\b`).test(text)) return null;
      constants ??= constantsIn(text, tree);
      return constants.get(name) ?? null;
    },
    isSqlTag(name) {
      tags ??= sqlTagsIn(text);
      return tags.has(name);
    },
  };
}

/** By name: what it is set to; null where several things, or something else than a `const`, have that name. */
function constantsIn(text: string, tree: Tree): ReadonlyMap<string, SyntaxNode | null> {
  const constants = new Map<string, SyntaxNode | null>();
  tree.iterate({
    enter(ref) {
      if (ref.name !== 'VariableDefinition') return;
      const { node } = ref;
      const name = text.slice(node.from, node.to);
      constants.set(name, constants.has(name) ? null : initializerOf(node));
    },
  });
  return constants;
}

function initializerOf(definition: SyntaxNode): SyntaxNode | null {
  const { parent } = definition;
  if (parent?.name !== 'VariableDeclaration' || parent.firstChild?.name !== 'const') return null;
  let next = definition.nextSibling;
  if (next?.name === 'TypeAnnotation') next = next.nextSibling;
  return next?.name === 'Equals' ? next.nextSibling : null;
}

export const fragmentsOf = (
  tree: Tree,
  { from, to, inserted }: { readonly from: number; readonly to: number; readonly inserted: string },
): readonly TreeFragment[] =>
  TreeFragment.applyChanges(TreeFragment.addTree(tree), [
    { fromA: from, toA: to, fromB: from, toB: from + inserted.length },
  ]);

const primitive = '(?:string|number|bigint|boolean|Date|Buffer|Uint8Array)';
const typed = new RegExp(
  String.raw`(?<![\w$.])([\w$]+)\??\s*:\s*${primitive}(?:\[\])?(?:\s*\|\s*(?:${primitive}|null|undefined))*\s*[,;)=\n}]`,
  'g',
);
/** Variables, also those that take an object or array apart, functions and imports. */
const defined = /\b(?:const|let|var|function|import)\s+(?:type\s+)?([\w$]+|[{[][^}\]=;]*[}\]])/g;

/**
 * Parameters whose type is written and is no SQL, where nothing else is defined by that name. An object's property looks the
 * same, and is no harm: what is asked is whether the name could be SQL.
 */
function valueNamesIn(text: string): ReadonlySet<string> {
  const names = new Set([...text.matchAll(typed)].map(([, name = '']) => name));
  for (const [, definition = ''] of text.matchAll(defined))
    for (const [name] of definition.matchAll(/[\w$]+/g)) names.delete(name);
  return names;
}

/** What libraries call the tag that makes a query of a template. */
function sqlTagsIn(text: string): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const [, clause = '', , from = ''] of text.matchAll(/\bimport\s+([^;'"]+?)\s+from\s+(['"])([^'"\n]+)\2/g)) {
    if (/^(?:slonik|@vercel\/postgres)$/.test(from) && /\bsql\b/.test(clause)) tags.add('sql');
    if (/^(?:postgres|@neondatabase\/serverless)$/.test(from))
      for (const [, name = ''] of text.matchAll(
        /\b(?:const|let|var)\s+(\w+)\s*=\s*(?:postgres|neon)\s*(?:<[^>]*>)?\s*\(/g,
      ))
        tags.add(name);
  }
  return tags;
}
