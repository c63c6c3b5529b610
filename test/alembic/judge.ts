/** Compares the SQL worked out from revisions with what Alembic itself writes in offline mode, by parse tree. */
import { parser as python } from '@lezer/python';
import type { CreateSeqStmt, TypeCast } from '@pgsql/types';
import { evaluateRevision, type Surroundings } from '../../server/src/sources/alembic/evaluate.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';

/** What `offline.py` writes of one function. */
export interface Judged {
  readonly file: string;
  readonly function: 'upgrade' | 'downgrade';
  readonly statements: readonly string[] | null;
  readonly error: string | null;
}

/** `absent`: Alembic itself cannot run it offline, or the function is not there. */
export type Verdict =
  | { readonly kind: 'equal' | 'absent' }
  | { readonly kind: 'doubtful'; readonly reasons: readonly string[] }
  | { readonly kind: 'different'; readonly ours: readonly string[]; readonly theirs: readonly string[] };

export function compare(text: string, judged: Judged, parser: Parser, around?: Surroundings): Verdict {
  if (judged.statements === null) return { kind: 'absent' };
  const found = evaluateRevision(text, python.parse(text), around).find((f) => f.name === judged.function);
  if (!found) return { kind: 'doubtful', reasons: ['the function is not found'] };
  if (found.doubts.length > 0)
    return {
      kind: 'doubtful',
      reasons: found.doubts.map(({ span, reason }) => `${reason}: ${text.slice(span.start, span.end).slice(0, 80)}`),
    };
  const ours = found.operations.flatMap((o) => o.statements.flatMap((s) => treesOf(asOffline(s.text), parser)));
  const theirs = judged.statements.flatMap((s) => treesOf(s, parser));
  if (found.unordered && sameAfterSorting(ours, theirs)) return { kind: 'equal' };
  sortIndexes(ours);
  sortIndexes(theirs);
  if (ours.length === theirs.length && ours.every((tree, i) => tree === theirs[i])) return { kind: 'equal' };
  const first = ours.findIndex((tree, i) => tree !== theirs[i]);
  return {
    kind: 'different',
    ours: [ours[first] ?? '(none)'],
    theirs: [theirs[first < 0 ? ours.length : first] ?? '(none)'],
  };
}

/** Alembic writes four spaces for each tab offline, in strings as well; a server gets the tabs. */
const asOffline = (text: string): string => text.replaceAll('\t', '    ');

const sameAfterSorting = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join() === [...b].sort().join();

/** SQLAlchemy keeps the indexes of a table in a set: neighbours stand in any order. */
function sortIndexes(trees: string[]): void {
  for (let i = 0; i < trees.length; i++) {
    let end = i;
    while (trees[end]?.startsWith('{"IndexStmt"')) end++;
    if (end > i + 1) trees.splice(i, end - i, ...trees.slice(i, end).sort());
    i = Math.max(i, end);
  }
}

/** Parse trees without their places; the words of what is no SQL. */
function treesOf(text: string, parser: Parser): string[] {
  return SqlText.of(text, parser).statements.flatMap(({ parsed, body }) =>
    parsed.kind === 'none'
      ? []
      : parsed.kind === 'tree'
        ? [JSON.stringify(parsed.node, (key, value) => (isPlace(key) ? undefined : sameInAll(value)))]
        : [body.replace(/\s+/g, ' ').trim().replace(/;$/, '')],
  );
}

const isPlace = (key: string): boolean => /(?:^|_)location$|^rexpr_list_(?:start|end)$|^list_(?:start|end)$/.test(key);

/** What means the same is made the same. */
function sameInAll(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // offline nobody gives a statement its parameters, and Alembic writes NULL for them
  if ('ParamRef' in value) return { A_Const: { isnull: true } };
  // SQLAlchemy 1.4 says where a sequence starts that starts at 1; and of the text of a UUID, that it is one
  if ('CreateSeqStmt' in value) return { CreateSeqStmt: withoutStart(value.CreateSeqStmt as CreateSeqStmt) };
  if ('TypeCast' in value && isUuid(value.TypeCast as TypeCast)) return (value.TypeCast as TypeCast).arg;
  return value;
}

function withoutStart({ options, ...rest }: CreateSeqStmt): CreateSeqStmt {
  const kept = (options ?? []).filter((o) => JSON.stringify(o).replace(/,"location":\d+/g, '') !== startsAtOne);
  return kept.length > 0 ? { ...rest, options: kept } : rest;
}

const startsAtOne = '{"DefElem":{"defname":"start","arg":{"Integer":{"ival":1}},"defaction":"DEFELEM_UNSPEC"}}';

const isUuid = ({ arg, typeName }: TypeCast): boolean =>
  arg !== undefined &&
  'A_Const' in arg &&
  typeName?.names?.length === 1 &&
  JSON.stringify(typeName.names[0]).includes('"uuid"');
