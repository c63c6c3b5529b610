import { nodesIn } from '../../syntax/walk.ts';
import { type Advice, count, indexStatement, quoted } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

const manyRows = 2_000;
const manyPages = 500;
const part = 0.3;
const fewColumns = 3;
/** Bytes of the columns that the index would take in. */
const narrow = 64;

export const indexCouldCover: Advice = {
  code: 'index-could-cover',
  summary: 'An index that finds many rows, of each of which the table is read for a column or two.',
  at(node) {
    const { known } = node;
    const whole = node.plan.ms;
    if (!['Index Scan', 'Bitmap Heap Scan'].includes(node.type) || !known || whole === null || known.parent)
      return null;
    if (node.allRows < manyRows || node.msWithin < part * whole || node.removed('Filter') > node.allRows) return null;
    const pages = (node.own.exclusive.sharedHit ?? 0) + (node.own.exclusive.sharedRead ?? 0);
    if (pages < manyPages) return null;
    const [below] = node.children;
    const name = node.own.index ?? (node.children.length === 1 ? below?.own.index : null);
    const index = known.indexes.find((other) => other.name === name);
    if (index?.method !== 'btree' || index.predicate !== null) return null;
    const columns = columnsOf(node);
    if (columns === null) return null;
    const further = known.columns.filter((c) => columns.has(c.name) && !index.keys.includes(quoted(c.name)));
    const width = further.reduce((total, c) => total + (c.width ?? narrow + 1), 0);
    if (further.length === 0 || further.length > fewColumns || width > narrow) return null;
    const proposal = {
      table: node.table ?? '',
      method: 'btree',
      keys: index.keys.map((key, i) => (index.descending[i] ? `${key} DESC` : key)),
      include: further.map((c) => quoted(c.name)),
    } as const;
    return {
      message: `The index ${name} found ${count(node.allRows)}, and ${count(pages, 'page')} were read for ${further.map((c) => c.name).join(' and ')} of them.`,
      help: `An index that has these columns too${index.isUnique ? '' : `, in the place of ${name},`} answers by itself as long as VACUUM keeps up: ${indexStatement(proposal)}`,
      severity: 'information',
      saves: node.msWithin / 2,
      index: proposal,
    };
  },
};

/** The columns that the statement takes from the node's table, maybe more; null where that cannot be known. */
function columnsOf({ plan, own, known }: AnalysedNode): Set<string> | null {
  const parsed = plan.sql === '' ? null : plan.parser.parse(plan.sql);
  const statement = parsed?.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
  if (!statement || !('SelectStmt' in statement) || !known) return null;
  const tables = nodesIn([statement], 'RangeVar').filter(({ relname }) => relname === known.name);
  const locks = nodesIn([statement], 'LockingClause').length > 0;
  if (tables.length !== 1 || locks || /\*/.test(plan.sql.replace(/count\s*\(\s*\*\s*\)/gi, ''))) return null;
  const found = new Set<string>();
  for (const { fields = [] } of nodesIn([statement], 'ColumnRef')) {
    const names = fields.map((f) => ('String' in f ? (f.String.sval ?? '') : '*'));
    const [qualifier, column = qualifier] = names;
    // a name of two parts of another table, or the whole row
    if (names.length === 1 && (column === own.alias || column === known.name)) return null;
    if (names.length > 2 || column === undefined) return null;
    if (names.length === 2 && qualifier !== own.alias && qualifier !== known.name) continue;
    if (known.columns.some(({ name }) => name === column)) found.add(column);
  }
  return found.size > 0 ? found : null;
}
