/** What a revision's `downgrade()` has to do otherwise, when a fix has left some of its work to another revision. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { BackwardChange, TextEdit } from '../../source.ts';
import { evaluateRevision } from '../evaluate.ts';
import { indentBefore } from './callText.ts';
import type { Reading } from './operationAt.ts';
import { type Made, operationText } from './operationText.ts';
import { type Style, styleOf } from './pythonText.ts';
import { type SqlStatement, statementsIn } from './trees.ts';

export function rewriteDowngrade(
  text: string,
  { undo, behind = [], anew, moved }: BackwardChange,
  reading: Reading,
): readonly TextEdit[] | null {
  const { parser, around } = reading;
  const tree = python.parse(text);
  const body = bodyOf('downgrade', text, tree.topNode);
  const written = styleOf(text);
  const style = written && { ...written, plainNames: around !== undefined && around.convention === null };
  const words = statementsIn(undo.join(';\n'), parser);
  const last = statementsIn(behind.join(';\n'), parser);
  if (!words || !last) return null;
  const made = undo.length + behind.length > 0 ? madeIn(text, tree, reading) : undefined;
  const linesOf = (all: readonly SqlStatement[], indent: string, s: Style): string[] =>
    all.map((statement) => operationText(statement, indent, s, parser, made));
  // nothing undoes the revision: there is nothing that could fail
  if (!body) return !anew ? [] : style && newDowngrade(text, linesOf([...words, ...last], style.unit, style), style);
  const statements = statementsOf(body);
  const first = statements[0];
  const indent = first ? indentBefore(first.from, text) : null;
  if (!first || indent === null || !style) return null;
  const edits: TextEdit[] = [];
  const lines = linesOf(words, indent, style);
  const lastLines = linesOf(last, indent, style);
  const isEmpty = statements.length === 1 && first.name === 'PassStatement';
  if (lines.length + lastLines.length > 0 && isEmpty)
    edits.push({ from: first.from, to: first.to, inserted: [...lines, ...lastLines].join(`\n${indent}`) });
  else if (lines.length > 0) {
    // behind a docstring
    const docstring = first.name === 'ExpressionStatement' && /String$/.test(first.firstChild?.name ?? '');
    const next = docstring ? statements[1] : first;
    const at = next?.from ?? first.to;
    edits.push({
      from: at,
      to: at,
      inserted: next ? lines.map((l) => `${l}\n${indent}`).join('') : lines.map((l) => `\n${indent}${l}`).join(''),
    });
  }
  if (lastLines.length > 0 && !isEmpty) {
    const at = endOf(statements.at(-1) as SyntaxNode, text);
    edits.push({ from: at, to: at, inserted: lastLines.map((l) => `\n${indent}${l}`).join('') });
  }
  if (moved !== null) {
    const drops = dropsOf(moved, text, reading);
    if (drops === null || drops.length > 1) return null;
    const [drop] = drops;
    if (drop) {
      const statement = statements.find((s) => s.from === drop.start && s.to === drop.end);
      if (!statement) return null;
      const pass = statements.length === 1 && lines.length === 0 ? `\n${indent}pass` : '';
      edits.push({
        from: statement.from,
        to: statement.to,
        inserted: `# ${moved} is dropped by the revision that builds it${pass}`,
      });
    }
  }
  return edits;
}

/** Behind the line on which a statement ends, its comment included. */
function endOf({ from, to }: SyntaxNode, text: string): number {
  const end = from + text.slice(from, to).trimEnd().length;
  return end + (/^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
}

/** At the end of the file, with the words that `upgrade` is declared with. */
function newDowngrade(text: string, lines: readonly string[], { unit }: Style): TextEdit[] | null {
  const head = /^def upgrade(\([^\n]*:)[ \t]*(?:#[^\n]*)?$/m.exec(text)?.[1];
  const end = text.trimEnd().length;
  if (head === undefined || lines.length === 0) return null;
  const inserted = `\n\n\ndef downgrade${head}\n${lines.map((l) => `${unit}${l}\n`).join('')}`;
  return [{ from: end, to: text.length, inserted }];
}

const constraintKinds: Readonly<Record<string, string>> = {
  create_foreign_key: 'foreignkey',
  create_unique_constraint: 'unique',
  create_check_constraint: 'check',
  create_primary_key: 'primary',
};

/** What `upgrade()` creates. */
function madeIn(text: string, tree: Tree, { parser, around }: Reading): Made {
  const kinds = new Map<string, string>();
  const tables = new Map<string, string>();
  const upgrade = evaluateRevision(text, tree, around).find((f) => f.name === 'upgrade');
  for (const { operation, statements } of upgrade?.operations ?? [])
    for (const { node } of statements.flatMap((s) => statementsIn(s.text, parser) ?? [])) {
      const kind = constraintKinds[operation.name];
      if ('IndexStmt' in node) tables.set(node.IndexStmt.idxname ?? '', node.IndexStmt.relation?.relname ?? '');
      if (!kind || !('AlterTableStmt' in node)) continue;
      for (const cmd of node.AlterTableStmt.cmds ?? []) {
        const def = 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.def : undefined;
        if (def && 'Constraint' in def && def.Constraint.conname) kinds.set(def.Constraint.conname, kind);
      }
    }
  return { kinds, tables };
}

/** The calls that drop what has that name; null when the function is not wholly known. */
function dropsOf(name: string, text: string, { parser, around }: Reading): { start: number; end: number }[] | null {
  const evaluated = evaluateRevision(text, python.parse(text), around).find((f) => f.name === 'downgrade');
  if (!evaluated || evaluated.doubts.length > 0) return null;
  return evaluated.operations.flatMap(({ operation, shift, statements }) => {
    const all = statements.flatMap((s) => statementsIn(s.text, parser) ?? []);
    return all.some(({ node }) => JSON.stringify(node).includes(JSON.stringify(name)))
      ? [{ start: operation.span.start + shift, end: operation.span.end + shift }]
      : [];
  });
}

/** Null where there is no such function. */
export function bodyOf(name: string, text: string, top: SyntaxNode = python.parse(text).topNode): SyntaxNode | null {
  const definition = top.getChildren('FunctionDefinition').find((f) => {
    const own = f.getChild('VariableName');
    return own !== null && text.slice(own.from, own.to) === name;
  });
  return definition?.getChild('Body') ?? null;
}

/** What the body consists of, without comments. */
export function statementsOf(body: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let node = body.firstChild; node; node = node.nextSibling)
    if (node.name !== ':' && node.name !== 'Comment') found.push(node);
  return found;
}
