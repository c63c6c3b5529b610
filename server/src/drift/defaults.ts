/**
 * Defaults of columns in one form, so that what a file says can be compared with what Postgres makes of it. Only for constants of
 * types that Postgres prints as they were written, and for calls without arguments; null for everything else.
 */
import type { Node } from '@pgsql/types';
import type { TypeName } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';

const numbers = new Set(['int2', 'int4', 'int8', 'numeric']);
const texts = new Set(['text', 'varchar']);
const truths: Readonly<Record<string, string>> = { t: 'true', true: 'true', f: 'false', false: 'false' };

/** @param isEnum the column's type is an enum */
export function plainDefault(node: Node, type: TypeName, isEnum: boolean): string | null {
  let inner = node;
  while ('TypeCast' in inner && inner.TypeCast.arg) inner = inner.TypeCast.arg;
  if ('SQLValueFunction' in inner) {
    const { op = '' } = inner.SQLValueFunction;
    return op.startsWith('SVFOP_CURRENT_TIMESTAMP') ? 'now()' : op.replace(/^SVFOP_/, '').toLowerCase();
  }
  if ('FuncCall' in inner) {
    const { funcname, args } = inner.FuncCall;
    return args && args.length > 0 ? null : `${nameParts(funcname).at(-1)}()`;
  }
  if (!('A_Const' in inner) || type.array) return null;
  const text = constantText(inner.A_Const);
  if (text === null) return null;
  if (type.name === 'bool') return truths[text] ?? null;
  if (numbers.has(type.name)) return Number.isFinite(Number(text)) ? String(Number(text)) : null;
  return texts.has(type.name) || isEnum ? `'${text}'` : null;
}

function constantText(constant: Extract<Node, { A_Const: unknown }>['A_Const']): string | null {
  if (constant.sval) return constant.sval.sval ?? '';
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.fval) return constant.fval.fval ?? '';
  if (constant.boolval) return String(constant.boolval.boolval ?? false);
  return null;
}
