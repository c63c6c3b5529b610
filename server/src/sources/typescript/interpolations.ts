/** What stands in `${…}` of an SQL template: a value, another piece of SQL, or something that the file does not tell. */
import type { SyntaxNode } from '@lezer/common';
import type { TypescriptFile } from './typescriptFile.ts';

export type Interpolation =
  /** The driver sends it beside the statement. */
  | { readonly kind: 'value' }
  /** A template whose text becomes part of the statement; null for one that is empty. `elsewhere`: it stands at a `const`. */
  | { readonly kind: 'sql'; readonly template: SyntaxNode | null; readonly elsewhere?: true }
  /** A value, or SQL that is made elsewhere. */
  | { readonly kind: 'unknown' };

const value: Interpolation = { kind: 'value' };
const unknown: Interpolation = { kind: 'unknown' };

/** One `const` may stand for another. */
const maxConstants = 5;

/**
 * @param expression what stands between the braces
 * @param constants how many names were followed to it
 */
export function interpolationOf(expression: SyntaxNode | null, file: TypescriptFile, constants = 0): Interpolation {
  if (!expression) return unknown;
  const { text } = file;
  switch (expression.name) {
    case 'Number':
    case 'String':
    case 'TemplateString':
    case 'BooleanLiteral':
    case 'null':
    case 'UnaryExpression':
    case 'ArrayExpression':
      return value;
    case 'NewExpression':
      return /^new\s+Date\b/.test(text.slice(expression.from, expression.to)) ? value : unknown;
    case 'CallExpression':
      return isValueCall(text.slice(expression.from, expression.to)) ? value : unknown;
    case 'VariableName':
      return ofName(text.slice(expression.from, expression.to), file, constants);
    case 'MemberExpression':
      return /\.empty$/.test(text.slice(expression.from, expression.to)) && isPrismaName(expression, text)
        ? { kind: 'sql', template: null }
        : unknown;
    case 'TaggedTemplateExpression':
      return fragmentOf(expression, file);
    case 'ParenthesizedExpression':
      return interpolationOf(expression.firstChild?.nextSibling ?? null, file, constants);
    case 'ConditionalExpression':
      return ofBranches(expression, file, constants);
    default:
      return unknown;
  }
}

function ofName(name: string, file: TypescriptFile, constants: number): Interpolation {
  if (file.isValueName(name)) return value;
  if (constants === maxConstants) return unknown;
  const found = interpolationOf(file.constant(name), file, constants + 1);
  return found.kind === 'sql' ? { ...found, elsewhere: true } : found;
}

/** Calls that give a value whatever they are given. */
const isValueCall = (call: string): boolean =>
  /^(?:JSON\.stringify|Number|String|BigInt|Boolean|Date\.now|parseInt|parseFloat)\s*\(/.test(call) ||
  /\.(?:toISOString|toString|toLowerCase|toUpperCase|trim|getTime)\(\)$/.test(call);

const isPrismaName = (member: SyntaxNode, text: string): boolean => {
  const object = member.firstChild;
  return object?.name === 'VariableName' && text.slice(object.from, object.to) === 'Prisma';
};

function fragmentOf(tagged: SyntaxNode, file: TypescriptFile): Interpolation {
  const tag = tagged.firstChild;
  const name = tag ? file.text.slice(tag.from, tag.to) : '';
  const template = tagged.getChild('TemplateString');
  return template && (name === 'Prisma.sql' || file.isSqlTag(name)) ? { kind: 'sql', template } : unknown;
}

/** `condition ? Prisma.sql`…` : Prisma.empty`: as if it was taken. */
function ofBranches(conditional: SyntaxNode, file: TypescriptFile, constants: number): Interpolation {
  const branches: Interpolation[] = [];
  let child = conditional.firstChild;
  for (let behind = false; child; child = child.nextSibling) {
    if (child.name === 'LogicOp') behind = true;
    else if (behind) branches.push(interpolationOf(child, file, constants));
  }
  if (branches.length !== 2) return unknown;
  if (branches.every(({ kind }) => kind === 'value')) return value;
  const written = branches.find((branch) => branch.kind === 'sql' && branch.template !== null);
  return written && branches.every(({ kind }) => kind === 'sql') ? written : unknown;
}
