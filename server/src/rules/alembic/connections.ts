/** Connections, their results and sessions in a revision's code: which expressions stand for one. */
import type { SyntaxNode } from '@lezer/common';
import type { Revision } from '../../sources/alembic/revision.ts';
import { argumentsIn } from '../../sources/alembic/rewriting/callText.ts';
import {
  type Binding,
  bindingOf,
  callOn,
  importsIn,
  memberAsked,
  namesFound,
  sourceOf,
  variableGiven,
} from './pythonCode.ts';

const maxDepth = 8;

/** Every expression that gives Alembic's connection: `op.get_bind()`, `op.get_context().connection`. */
export function* connectionsIn(revision: Revision): Generator<SyntaxNode> {
  for (const name of namesFound(/\b(?:get_bind|get_context)\b/g, revision)) {
    const call = name.parent?.parent;
    if (name.name !== 'PropertyName' || call?.name !== 'CallExpression') continue;
    if (sourceOf(name, revision) === 'get_bind') yield call;
    else if (/^(?:connection|bind)$/.test(memberText(call, revision))) yield call.parent as SyntaxNode;
  }
}

const memberText = (on: SyntaxNode, revision: Revision): string => {
  const member = memberAsked(on);
  return member ? sourceOf(member, revision) : '';
};

export function isConnection(node: SyntaxNode, revision: Revision, depth = 0): boolean {
  const text = sourceOf(node, revision);
  if (/^\w+\.(?:get_bind\(\)|get_context\(\)\.(?:connection|bind))$/.test(text)) return true;
  if (node.name !== 'VariableName' || depth > maxDepth) return false;
  const binding = bindingOf(node, revision);
  return binding?.kind === 'value' && isConnection(binding.source, revision, depth + 1);
}

/** Whether rows come out of it: the result of a query on a connection or session, or what is made of it. */
export function isOfRows(node: SyntaxNode, revision: Revision, depth = 0): boolean {
  if (depth > maxDepth) return false;
  if (node.name === 'VariableName') {
    const binding: Binding | null = bindingOf(node, revision);
    return binding !== null && isOfRows(binding.source, revision, depth + 1);
  }
  const inner = node.firstChild;
  if (node.name === 'MemberExpression') return inner !== null && isOfRows(inner, revision, depth + 1);
  if (node.name !== 'CallExpression' || !inner) return false;
  if (/^(?:list|sorted|enumerate|reversed|iter|next)$/.test(sourceOf(inner, revision))) {
    const [first] = argumentsIn(node, revision.text);
    return first !== undefined && isOfRows(first.value, revision, depth + 1);
  }
  const on = inner.name === 'MemberExpression' ? inner.firstChild : null;
  if (!on) return false;
  const method = sourceOf(inner.getChild('PropertyName') ?? inner, revision);
  if (/^(?:execute|scalar|scalars)$/.test(method) && (isConnection(on, revision) || sessionOf(on, revision)))
    return true;
  return /^(?:fetchall|fetchone|fetchmany|first|all|one|mappings|scalars|scalar|scalar_one|items)$/.test(method)
    ? isOfRows(on, revision, depth + 1)
    : false;
}

/** The call that made the session that an expression stands for; null where that is not known. */
export function sessionOf(node: SyntaxNode, revision: Revision, depth = 0): SyntaxNode | null {
  if (isSessionCall(node, revision)) return node;
  if (node.name !== 'VariableName' || depth > maxDepth) return null;
  const binding = bindingOf(node, revision);
  return binding?.kind === 'value' ? sessionOf(binding.source, revision, depth + 1) : null;
}

/** `Session(bind=…)`, `orm.Session(…)`, `sessionmaker(…)()`, `Session()` where that is what a sessionmaker gave. */
function isSessionCall(node: SyntaxNode, revision: Revision): boolean {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  if (!callee) return false;
  if (callee.name === 'CallExpression') return isMaker(callee, revision);
  if (sqlalchemyName(callee, revision) === 'Session') return true;
  if (callee.name !== 'VariableName') return false;
  const [made] = makersCalled(sourceOf(callee, revision), revision);
  return made !== undefined;
}

const isMaker = (node: SyntaxNode, revision: Revision): boolean => {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  return callee !== null && sqlalchemyName(callee, revision) === 'sessionmaker';
};

/** What `name = sessionmaker(…)` calls, at the top of the file or in a function. */
function* makersCalled(name: string, revision: Revision): Generator<SyntaxNode> {
  for (const word of namesFound(/\bsessionmaker\b/g, revision)) {
    const callee = word.name === 'PropertyName' ? word.parent : word;
    const call = callee?.parent;
    if (call && isMaker(call, revision) && variableGiven(call, revision) === name) yield call;
  }
}

/** `Session` of `orm.Session`, where that is SQLAlchemy's or SQLModel's; '' for anything else. */
function sqlalchemyName(callee: SyntaxNode, revision: Revision): string {
  const [head = '', ...rest] = sourceOf(callee, revision).split('.');
  const imported = importsIn(revision).get(head);
  if (!imported || !/^(?:sqlalchemy|sqlmodel)(?:\.|$)/.test(imported.module)) return '';
  return rest.at(-1) ?? imported.name ?? '';
}

/** The calls that make a session. */
export function* sessionsIn(revision: Revision): Generator<SyntaxNode> {
  if (!/\b(?:Session|sessionmaker)\b/.test(revision.text)) return;
  const seen = new Set<number>();
  const names = new Set(['Session', 'sessionmaker']);
  for (const word of namesFound(/\bsessionmaker\b/g, revision)) {
    const call = (word.name === 'PropertyName' ? word.parent : word)?.parent;
    const given = call && isMaker(call, revision) ? variableGiven(call, revision) : null;
    if (given) names.add(given);
  }
  // an alias of the import
  for (const [bound, { name }] of importsIn(revision)) if (name === 'Session') names.add(bound);
  for (const word of namesFound(new RegExp(`\\b(?:${[...names].join('|')})\\b`, 'g'), revision)) {
    let call: SyntaxNode | null = (word.name === 'PropertyName' ? word.parent : word)?.parent ?? null;
    if (call?.parent && isMaker(call, revision)) call = call.parent;
    if (!call || seen.has(call.from) || !isSessionCall(call, revision)) continue;
    seen.add(call.from);
    yield call;
  }
}

/** The method that is called on a session; '' where it is used otherwise. */
export const methodOf = (use: SyntaxNode, revision: Revision): string => {
  const member = memberAsked(use);
  return member ? sourceOf(member, revision) : '';
};

/** `row.a` in `for row in session.query(…): row.a = 1`; null where nothing is changed so. @param use of the session */
export function changedRow(use: SyntaxNode, revision: Revision): SyntaxNode | null {
  let at: SyntaxNode | null = use;
  while (at && !(at.parent?.name === 'ForStatement' && at.prevSibling?.name === 'in')) at = at.parent;
  const loop = at?.parent;
  const [row, body] = [loop?.firstChild?.nextSibling, loop?.getChild('Body')];
  if (!row || !body || row.name !== 'VariableName' || methodOf(use, revision) !== 'query') return null;
  // of columns alone, rows are no objects
  const [model, ...others] = argumentsIn(callOn(use.parent) ?? use, revision.text);
  if (model?.value.name !== 'VariableName' || others.length > 0) return null;
  let changed: SyntaxNode | null = null;
  for (const name of namesFound(new RegExp(`\\b${sourceOf(row, revision)}\\b`, 'g'), revision, body)) {
    const member = name.parent;
    if (member?.name === 'MemberExpression' && member.nextSibling?.name === 'AssignOp' && memberAsked(name))
      changed = member;
  }
  return changed;
}
