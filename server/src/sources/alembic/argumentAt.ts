/** Which table, column, index or constraint an argument of an operation names, also in a call that is half typed. */
import type { SyntaxNode } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { ArgumentAt, ArgumentNames } from '../source.ts';
import { stringValue } from './pythonString.ts';

interface Parameter {
  readonly name: string;
  readonly names: ArgumentNames | null;
  /** For columns and constraints: the parameter that names their table. */
  readonly of?: string;
}

const table = (name: string): Parameter => ({ name, names: 'table' });
const column = (name: string, of = 'table_name'): Parameter => ({ name, names: 'column', of });
const other = (name: string): Parameter => ({ name, names: null });

/** By place; the names are the keywords too (alembic.sqlalchemy.org/en/latest/ops.html). */
const operations: Readonly<Record<string, readonly Parameter[]>> = {
  add_column: [table('table_name'), other('column')],
  alter_column: [table('table_name'), column('column_name')],
  drop_column: [table('table_name'), column('column_name')],
  drop_table: [table('table_name')],
  rename_table: [table('old_table_name'), other('new_table_name')],
  create_index: [other('index_name'), table('table_name'), column('columns')],
  drop_index: [{ name: 'index_name', names: 'index', of: 'table_name' }, table('table_name')],
  create_foreign_key: [
    other('constraint_name'),
    table('source_table'),
    table('referent_table'),
    column('local_cols', 'source_table'),
    column('remote_cols', 'referent_table'),
  ],
  create_unique_constraint: [other('constraint_name'), table('table_name'), column('columns')],
  create_primary_key: [other('constraint_name'), table('table_name'), column('columns')],
  create_check_constraint: [other('constraint_name'), table('table_name')],
  create_exclude_constraint: [other('constraint_name'), table('table_name')],
  drop_constraint: [{ name: 'constraint_name', names: 'constraint', of: 'table_name' }, table('table_name')],
  create_table_comment: [table('table_name')],
  drop_table_comment: [table('table_name')],
  batch_alter_table: [table('table_name')],
};

/** In a batch the table is that of the block. */
const batchOperations: Readonly<Record<string, readonly Parameter[]>> = {
  alter_column: [column('column_name')],
  drop_column: [column('column_name')],
  create_index: [other('index_name'), column('columns')],
  drop_index: [{ name: 'index_name', names: 'index', of: 'table_name' }],
  create_foreign_key: [
    other('constraint_name'),
    table('referent_table'),
    column('local_cols'),
    column('remote_cols', 'referent_table'),
  ],
  create_unique_constraint: [other('constraint_name'), column('columns')],
  create_primary_key: [other('constraint_name'), column('columns')],
  drop_constraint: [{ name: 'constraint_name', names: 'constraint', of: 'table_name' }],
};

/** @param offset UTF-16 offset into the file */
export function argumentAt(text: string, offset: number): ArgumentAt | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  // a name stands on one line
  if (!/["']/.test(text.slice(lineStart, offset))) return null;
  const { top, end } = functionAround(text, offset);
  const found = argumentIn(text.slice(top, end), offset - top, top);
  if (found) return found;
  // a call that is not closed takes in what follows: its function is read up to the cursor, and the call closed
  const [before, line] = [text.slice(top, offset), /^[^\n]*/.exec(text.slice(offset))?.[0] ?? ''];
  for (const closer of [`${line})`, `')`, `")`, `'])`, `"])`]) {
    const closed = argumentIn(before + closer, offset - top, top);
    if (closed)
      return { ...closed, span: { start: closed.span.start, end: Math.min(closed.span.end, offset + line.length) } };
  }
  return null;
}

/** The function of the module that the offset lies in: a file is long, and the rest of it tells nothing. */
function functionAround(text: string, offset: number): { top: number; end: number } {
  const starts = [...text.matchAll(/^(?:(?:async\s+)?def\s|class\s|@)/gm)].map(({ index }) => index);
  const top = starts.findLast((start) => start <= offset) ?? 0;
  return { top, end: starts.find((start) => start > offset) ?? text.length };
}

/** @param shift what is added to all offsets of the answer */
function argumentIn(text: string, offset: number, shift: number): ArgumentAt | null {
  const tree = python.parse(text);
  const string = stringAt(tree.resolveInner(offset, -1), offset) ?? stringAt(tree.resolveInner(offset, 1), offset);
  if (!string) return null;
  let argument: SyntaxNode = string;
  // one of several in a list
  while (argument.parent && /^(?:ArrayExpression|TupleExpression|ParenthesizedExpression)$/.test(argument.parent.name))
    argument = argument.parent;
  const list = argument.parent;
  const call = list?.name === 'ArgList' ? list.parent : null;
  if (!list || call?.name !== 'CallExpression' || !call.firstChild) return null;
  const callee = text.slice(call.firstChild.from, call.firstChild.to);
  const dot = callee.lastIndexOf('.');
  const [on, name] = [callee.slice(0, Math.max(dot, 0)), callee.slice(dot + 1)];
  const content = contentOf(text, string);
  const span = { start: content.start + shift, end: content.end + shift };
  const inFunction = enclosing(call, 'FunctionDefinition');
  const backward = inFunction?.getChild('VariableName');
  const given = argumentsOf(text, list);
  const base = {
    span,
    call: { start: call.from + shift, end: call.to + shift },
    backward: backward !== null && backward !== undefined && text.slice(backward.from, backward.to) === 'downgrade',
    schema: textGiven(given, 'schema') ?? textGiven(given, 'source_schema'),
  };
  if (name === 'ForeignKey' && given[0]?.value.from === argument.from) {
    const written = text.slice(content.start, offset);
    const cut = written.lastIndexOf('.');
    return { ...base, names: 'table.column', table: cut < 0 ? null : written.slice(0, cut) };
  }
  const batch = on === 'op' ? null : batchTable(text, call, on);
  const parameters = on === 'op' ? operations[name] : batch ? batchOperations[name] : undefined;
  if (!parameters) return null;
  const at = given.findIndex((g) => g.value.from === argument.from);
  const parameter = parameters.find((p, i) => (given[at]?.keyword === null ? i === at : p.name === given[at]?.keyword));
  if (!parameter?.names) return null;
  const place = parameters.findIndex((p) => p.name === parameter.of);
  const of =
    parameter.of === undefined
      ? null
      : (textGiven(given, parameter.of) ?? (place < 0 ? null : (given[place]?.text ?? null)));
  return {
    ...base,
    names: parameter.names,
    table: of ?? batch?.table ?? null,
    schema: base.schema ?? batch?.schema ?? null,
  };
}

function stringAt(node: SyntaxNode, offset: number): SyntaxNode | null {
  for (let n: SyntaxNode | null = node; n; n = n.parent)
    if (n.name === 'String') return n.from < offset && offset <= n.to ? n : null;
  return null;
}

/** Between the quotes; an unterminated string ends with its line. */
function contentOf(text: string, { from, to }: SyntaxNode): { start: number; end: number } {
  const open = /^[a-zA-Z]{0,2}('''|"""|'|")/.exec(text.slice(from, to));
  const start = from + (open?.[0].length ?? 0);
  const closed =
    open !== null && to - start >= (open[1] as string).length && text.slice(start, to).endsWith(open[1] as string);
  return { start, end: closed ? to - (open[1] as string).length : Math.max(start, to) };
}

interface GivenArgument {
  readonly keyword: string | null;
  readonly value: SyntaxNode;
  /** Of a plain string. */
  readonly text: string | null;
}

function argumentsOf(text: string, list: SyntaxNode): GivenArgument[] {
  const found: GivenArgument[] = [];
  let keyword: string | null = null;
  for (let node = list.firstChild; node; node = node.nextSibling) {
    if (/^[(),]$/.test(node.name) || node.name === 'Comment' || node.name === 'AssignOp') continue;
    if (node.nextSibling?.name === 'AssignOp') {
      keyword = text.slice(node.from, node.to);
      continue;
    }
    const value = node.name === 'String' ? stringValue(text, [node]) : null;
    found.push({ keyword, value: node, text: value?.text ?? null });
    keyword = null;
  }
  return found;
}

const textGiven = (given: readonly GivenArgument[], keyword: string): string | null =>
  given.find((g) => g.keyword === keyword)?.text ?? null;

function enclosing(node: SyntaxNode, name: string): SyntaxNode | null {
  for (let n = node.parent; n; n = n.parent) if (n.name === name) return n;
  return null;
}

/** `with op.batch_alter_table("users") as batch_op:` around the call. */
function batchTable(
  text: string,
  call: SyntaxNode,
  on: string,
): { table: string | null; schema: string | null } | null {
  for (let block = enclosing(call, 'WithStatement'); block; block = enclosing(block, 'WithStatement')) {
    const head = block.getChild('CallExpression');
    const list = head?.getChild('ArgList');
    const name = head?.nextSibling?.name === 'as' ? head.nextSibling.nextSibling : null;
    if (!head?.firstChild || !list || !name || text.slice(name.from, name.to) !== on) continue;
    if (!text.slice(head.firstChild.from, head.firstChild.to).endsWith('batch_alter_table')) continue;
    const given = argumentsOf(text, list);
    return { table: textGiven(given, 'table_name') ?? given[0]?.text ?? null, schema: textGiven(given, 'schema') };
  }
  return null;
}
