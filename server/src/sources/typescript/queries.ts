/** Where a file of TypeScript hands SQL to a database: the templates and strings that are whole statements. */
import type { SyntaxNode } from '@lezer/common';
import type { TypescriptFile } from './typescriptFile.ts';

export interface WrittenQuery {
  /** The call or tagged template. */
  readonly call: SyntaxNode;
  /** A template or a string. */
  readonly literal: SyntaxNode;
  /** Whether `${…}` is sent beside the statement; false: it becomes part of its text. */
  readonly parameters: boolean;
}

/** Whether it may use what Prisma generates of a schema. */
export const mayUsePrisma = (text: string): boolean => /prisma/i.test(text);

/** A test of the text alone, before anything is parsed: most files hold no SQL. */
export const mayHoldSql = (text: string): boolean =>
  /\$(?:query|execute)Raw/.test(text) ||
  /\bfrom\s+['"](?:postgres|slonik|@vercel\/postgres|@neondatabase\/serverless)['"]/.test(text);

export function queriesIn(file: TypescriptFile): WrittenQuery[] {
  const queries: WrittenQuery[] = [];
  file.tree.iterate({
    enter(ref) {
      // the node itself is made when it is asked for: most are not
      const query =
        ref.name === 'TaggedTemplateExpression'
          ? taggedQuery(ref.node, file)
          : ref.name === 'CallExpression'
            ? calledQuery(ref.node, file)
            : null;
      // one that has a name may be run in several places
      if (query && !queries.some(({ literal }) => literal.from === query.literal.from)) queries.push(query);
    },
  });
  return queries;
}

/** `prisma.$queryRaw`…``, and `sql`…`` of libraries that run it. */
function taggedQuery(node: SyntaxNode, file: TypescriptFile): WrittenQuery | null {
  const literal = node.getChild('TemplateString');
  const tag = node.firstChild;
  if (!literal || !tag) return null;
  if (/^\$(?:query|execute)Raw$/.test(calledName(tag, file.text))) return { call: node, literal, parameters: true };
  const base = baseOf(tag);
  const name = file.text.slice(base.from, base.to);
  const isRun =
    file.isSqlTag(name) &&
    (base === tag || !/\.(?:fragment|unsafe|identifier)\b/.test(file.text.slice(tag.from, tag.to)));
  return isRun && isWholeStatement(node, literal, file.text) ? { call: node, literal, parameters: true } : null;
}

/** `prisma.$queryRaw(Prisma.sql`…`)` and `prisma.$queryRawUnsafe("…")`. */
function calledQuery(node: SyntaxNode, file: TypescriptFile): WrittenQuery | null {
  const { text } = file;
  const callee = node.firstChild;
  const argument = meantBy(firstArgument(node), file);
  if (!callee || !argument) return null;
  const name = calledName(callee, text);
  if (/^\$(?:query|execute)RawUnsafe$/.test(name))
    return /^(?:String|TemplateString)$/.test(argument.name)
      ? { call: node, literal: argument, parameters: false }
      : null;
  if (!/^\$(?:query|execute)Raw$/.test(name) || argument.name !== 'TaggedTemplateExpression') return null;
  const [tag, literal] = [argument.firstChild, argument.getChild('TemplateString')];
  return tag && literal && text.slice(tag.from, tag.to) === 'Prisma.sql'
    ? { call: node, literal, parameters: true }
    : null;
}

/** The name behind the last dot, without type arguments. */
function calledName(tag: SyntaxNode, text: string): string {
  const member = baseOf(tag);
  const property = member.name === 'MemberExpression' ? member.lastChild : null;
  return property ? text.slice(property.from, property.to) : '';
}

/** Without type arguments, and without `.type(…)` of Slonik. */
function baseOf(tag: SyntaxNode): SyntaxNode {
  if (tag.name === 'InstantiationExpression' && tag.firstChild) return baseOf(tag.firstChild);
  const member = tag.name === 'CallExpression' ? tag.firstChild : null;
  return member?.name === 'MemberExpression' && member.firstChild?.name === 'VariableName' ? member.firstChild : tag;
}

/** What a name is set to. */
function meantBy(argument: SyntaxNode | null, file: TypescriptFile): SyntaxNode | null {
  return argument?.name === 'VariableName' ? file.constant(file.text.slice(argument.from, argument.to)) : argument;
}

function firstArgument(call: SyntaxNode): SyntaxNode | null {
  let argument = call.getChild('ArgList')?.firstChild?.nextSibling ?? null;
  while (argument && /Comment$/.test(argument.name)) argument = argument.nextSibling;
  return argument;
}

/** It begins as a statement does, and its result is awaited, returned or handed on: a part of another query is not. */
function isWholeStatement(node: SyntaxNode, literal: SyntaxNode, text: string): boolean {
  const parent = node.parent?.name ?? '';
  return (
    /^(?:AwaitExpression|ReturnStatement|ArrowFunction|ExpressionStatement)$/.test(parent) &&
    /^`\s*(?:select|insert|update|delete|with|merge)\b/i.test(text.slice(literal.from, literal.to))
  );
}
