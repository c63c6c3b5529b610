/** What a revision's `downgrade()` has to do otherwise, when a fix has left some of its work to another revision. */
import type { SyntaxNode } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { BackwardChange, TextEdit } from '../../source.ts';
import { evaluateRevision } from '../evaluate.ts';
import { indentBefore } from './callText.ts';
import type { Reading } from './operationAt.ts';
import { operationText } from './operationText.ts';
import { styleOf } from './pythonText.ts';
import { statementsIn } from './trees.ts';

export function rewriteDowngrade(
  text: string,
  { undo, moved }: BackwardChange,
  reading: Reading,
): readonly TextEdit[] | null {
  const { parser } = reading;
  const tree = python.parse(text);
  const body = bodyOf('downgrade', text, tree.topNode);
  // nothing undoes the revision: there is nothing that could fail
  if (!body) return [];
  const statements = statementsOf(body);
  const first = statements[0];
  const indent = first ? indentBefore(first.from, text) : null;
  const style = styleOf(text);
  if (!first || indent === null || !style) return null;
  const edits: TextEdit[] = [];
  const words = statementsIn(undo.join(';\n'), parser);
  if (!words) return null;
  const lines = words.map((s) => operationText(s, indent, style, parser));
  const isEmpty = statements.length === 1 && first.name === 'PassStatement';
  if (lines.length > 0 && isEmpty) edits.push({ from: first.from, to: first.to, inserted: lines.join(`\n${indent}`) });
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
