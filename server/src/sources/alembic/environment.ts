/** What a project's env.py says of all its revisions: the naming convention of the metadata that it hands to Alembic. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as python } from '@lezer/python';
import { parent } from '../../tools/paths.ts';
import { memberOfClass } from './members.ts';
import {
  assignedConvention,
  conventionOf,
  filesWithConventions,
  type KnownConvention,
  onlyConvention,
} from './namingConventions.ts';
import type { ProjectModules } from './projectModules.ts';
import type { Scope, Value } from './values.ts';

/** Folders above a revision that are looked through for env.py: `versions`, one for each branch in it, and theirs. */
const levels = 4;

/** The env.py that runs a revision; null where there is none. */
export function environmentFile(revision: string, isThere: (uri: string) => boolean): string | null {
  let folder = parent(revision);
  for (let i = 0; i < levels; i++, folder = parent(folder)) if (isThere(`${folder}/env.py`)) return `${folder}/env.py`;
  return null;
}

const conventions = new WeakMap<ProjectModules, Map<string | null, KnownConvention>>();

/** The naming convention by the env.py above the revision; null where there is no such file, or it names no convention. */
export function conventionFor(revision: string, modules: ProjectModules): KnownConvention {
  const uri = environmentFile(revision, (file) => modules.textOf(file) !== null);
  const known = conventions.get(modules) ?? new Map<string | null, KnownConvention>();
  conventions.set(modules, known);
  let convention = known.get(uri);
  if (convention === undefined) {
    convention = conventionIn(uri, modules);
    known.set(uri, convention);
  }
  return convention;
}

function conventionIn(uri: string | null, modules: ProjectModules): KnownConvention {
  const text = uri === null ? null : modules.textOf(uri);
  const scope = uri === null ? null : modules.scopeOf(uri);
  if (uri === null || text === null || !scope) return null;
  const tree = python.parse(text);
  const evaluate = (node: SyntaxNode): Value => modules.evaluate(uri, text, node, scope);
  // `Base.metadata.naming_convention = {…}`
  const assigned = assignedConvention(text, tree);
  if (assigned) return conventionOf(evaluate(assigned), modules);
  const [given] = targets(text, tree);
  const found = given ? ofMetadata(targetOf(evaluate(given), given, text, scope), modules) : null;
  if (found !== 'unknown') return found;
  // Flask-Migrate hands on the metadata of the application's one `db`
  if (/\bextensions\[["']migrate["']\]/.test(text)) return onlyConvention(modules);
  return filesWithConventions(modules).length === 0 ? null : found;
}

/** In a function, `target_metadata` is what the module calls so. */
const targetOf = (value: Value, node: SyntaxNode, text: string, scope: Scope): Value =>
  (value.kind === 'name' && node.name === 'VariableName' && scope.get(text.slice(node.from, node.to))) || value;

/** The arguments `target_metadata` of calls. */
function targets(text: string, tree: Tree): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  tree.iterate({
    enter: ({ node, name }) => {
      if (name !== 'ArgList') return;
      for (let word = node.firstChild; word; word = word.nextSibling) {
        const value = word.nextSibling?.name === 'AssignOp' ? word.nextSibling.nextSibling : null;
        if (value && text.slice(word.from, word.to) === 'target_metadata') found.push(value);
      }
    },
  });
  return found;
}

/** @param depth of metadata that is handed on */
function ofMetadata(value: Value, modules: ProjectModules, depth = 0): KnownConvention {
  if (depth > 5) return 'unknown';
  if (value.kind === 'none') return null;
  // Alembic asks only metadata that stands alone
  if (value.kind === 'list') return null;
  if (value.kind === 'construct' && value.name === 'MetaData' && !value.of)
    return value.keywords.has('**') ? 'unknown' : conventionOf(value.keywords.get('naming_convention'), modules);
  // SQLModel's own, until somebody changes it
  if (value.kind === 'name' && value.path === 'sqlmodel.SQLModel.metadata') return null;
  if (value.kind !== 'attribute' || value.name !== 'metadata') return 'unknown';
  const { on } = value;
  if (on.kind === 'construct' && makers.has(on.name)) {
    const own = on.keywords.get('metadata');
    if (own) return ofMetadata(own, modules, depth + 1);
    return on.of || on.keywords.has('**') || on.keywords.has('model_class') || on.keywords.has('cls')
      ? 'unknown'
      : null;
  }
  if (on.kind === 'class') return ofClass(on);
  return 'unknown';
}

/** What makes a base of models, with metadata of its own. */
const makers = new Set(['declarative_base', 'automap_base', 'SQLAlchemy']);

/** A base of models that names no metadata has one without a convention. */
function ofClass(type: Extract<Value, { kind: 'class' }>): KnownConvention {
  if (memberOfClass(type, 'metadata')) return 'unknown';
  const isBase = (base: Value): boolean =>
    base.kind === 'name'
      ? /(?:^|\.)(?:DeclarativeBase|DeclarativeBaseNoMeta|MappedAsDataclass|AsyncAttrs|SQLModel)$/.test(base.path)
      : base.kind === 'class' && base.bases.every(isBase);
  return type.bases.length > 0 && type.bases.every(isBase) ? null : 'unknown';
}
