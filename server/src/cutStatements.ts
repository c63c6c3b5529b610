/** Statements that goose or sql-migrate cut in two: they end one at each line that ends in a semicolon, whatever it stands in. */
import type { PlacedFinding } from './document.ts';
import { statementCut } from './history/problems/statementCut.ts';
import { wholeFileFinding } from './historyFindings.ts';
import type { Edit, Fix } from './rules/rule.ts';
import { plainMap } from './sources/piece.ts';
import type { Parser } from './syntax/parser.ts';
import type { SqlText } from './syntax/sqlText.ts';
import type { Statement } from './syntax/statement.ts';
import { goose } from './tools/goose.ts';
import { marksOf } from './tools/marks.ts';
import { sqlMigrate } from './tools/sqlMigrate.ts';
import { nothingBeside, type SqlTool, type StatementBlocks } from './tools/tool.ts';
import type { FileState } from './workspace/files.ts';

const none: readonly PlacedFinding[] = [];
const tools: readonly SqlTool[] = [goose, sqlMigrate];

/** @param uri of the file */
export function cutStatements(
  uri: string,
  { source, pieces, text }: FileState,
  parser: Parser,
): readonly PlacedFinding[] {
  const [piece] = pieces;
  if (source.id !== 'sql' || pieces.length !== 1 || !piece) return none;
  const { sql } = piece;
  const marks = marksOf(sql);
  const tool = tools.find(({ owns }) => owns({ uri, text: marks }, nothingBeside));
  if (!tool?.blocks) return none;
  let blocks: readonly Mark[] | undefined;
  const found: PlacedFinding[] = [];
  for (let i = 0; i < sql.statements.length; i++) {
    const statement = sql.statements[i] as Statement;
    const cut = cutIn(statement);
    if (cut === null) continue;
    const at = sql.starts[i] as number;
    blocks ??= marksIn(sql, tool.blocks);
    if (blocks.findLast((mark) => mark.at < at + statement.bodyStart)?.begins) continue;
    const whole = text.toString();
    const line = whole.slice(0, at + cut).split('\n').length;
    const start = at + statement.bodyStart;
    const end = start + /^\S+(?:[ \t]+\S+)?/.exec(statement.body)![0].length;
    const placed = wholeFileFinding(
      statementCut,
      { start, end },
      `This fails: ${tool.id} ends the statement at the semicolon of line ${line}, and Postgres is sent the part before it.`,
      `Write ${tool.blocks.written[0]} on a line of its own above the statement, and ${tool.blocks.written[1]} below it.`,
      parser,
    );
    const fix = aroundIt(whole, { start, end: at + statement.text.length }, tool.blocks);
    found.push(
      fix
        ? {
            ...placed,
            piece: { ...placed.piece, map: plainMap(whole.length) },
            finding: { ...placed.finding, fixes: [fix] },
          }
        : placed,
    );
  }
  return found;
}

const cuts = new WeakMap<Statement, number | null>();

/** Where in the statement's text a line before its last one ends in a semicolon; null for nowhere, and where the SQL is broken. */
function cutIn(statement: Statement): number | null {
  let cut = cuts.get(statement);
  if (cut === undefined) {
    cut = statement.parsed.kind === 'tree' ? findCut(statement) : null;
    cuts.set(statement, cut);
  }
  return cut;
}

function findCut({ body, bodyStart }: Statement): number | null {
  const lines = body.split('\n');
  let at = bodyStart;
  for (const line of lines.slice(0, -1)) {
    // up to a word that begins a comment
    const code = /^(?:\s*(?!--)\S+)*/.exec(line)?.[0] ?? '';
    if (code.endsWith(';')) return at + code.length - 1;
    at += line.length + 1;
  }
  return null;
}

interface Mark {
  readonly at: number;
  readonly begins: boolean;
}

/** In the order of the text. */
function marksIn(sql: SqlText, { begin, end }: StatementBlocks): Mark[] {
  const marks: Mark[] = [];
  for (const i of sql.notable) {
    const text = sql.statements[i]?.text ?? '';
    for (const [pattern, begins] of [
      [begin, true],
      [end, false],
    ] as const)
      for (const { index } of text.matchAll(new RegExp(pattern, 'gm')))
        marks.push({ at: (sql.starts[i] as number) + index, begins });
  }
  return marks.sort((a, b) => a.at - b.at);
}

/** The marks on lines of their own; null where the statement shares its lines with others. */
function aroundIt(text: string, span: { start: number; end: number }, { written }: StatementBlocks): Fix | null {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const [rest = ''] = /^[^\r\n]*/.exec(text.slice(span.end)) ?? [];
  if (text.slice(lineStart, span.start).trim() !== '' || !/^[ \t]*(?:--.*)?$/.test(rest)) return null;
  const lineEnd = span.end + rest.length;
  const edits: Edit[] = [
    { start: lineStart, end: lineStart, newText: `${written[0]}\n` },
    { start: lineEnd, end: lineEnd, newText: `\n${written[1]}` },
  ];
  return { title: `Write ${written[0].slice(3)} and ${written[1].replace(/^.* /, '')} around it`, edits, safe: false };
}
