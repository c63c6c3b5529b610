/** What is to be said of a plan that ran, what saves most first. */
import type { PlanFinding, PlanNode } from '../../protocol.ts';
import type { Parser } from '../../syntax/parser.ts';
import type { JsonPlan, PlacedNode } from '../plan.ts';
import type { PlanFacts } from '../planFacts.ts';
import type { Advice, Told } from './advice.ts';
import { type AnalysedNode, AnalysedPlan } from './analysedPlan.ts';
import { columnsDepend } from './columnsDepend.ts';
import { countsWholeTable } from './countsWholeTable.ts';
import { cteKeepsTooMuch } from './cteKeepsTooMuch.ts';
import { functionForEachRow } from './functionForEachRow.ts';
import { heapFetches } from './heapFetches.ts';
import { indexCouldCover } from './indexCouldCover.ts';
import { indexFiltersMost } from './indexFiltersMost.ts';
import { jitCost } from './jitCost.ts';
import { joinComparesAllPairs } from './joinComparesAllPairs.ts';
import { largeOffset } from './largeOffset.ts';
import { limitSortsAll } from './limitSortsAll.ts';
import { loopPlannedForFewer } from './loopPlannedForFewer.ts';
import { lossyBitmap } from './lossyBitmap.ts';
import { memoizeEvicts } from './memoizeEvicts.ts';
import { muchDataReturned } from './muchDataReturned.ts';
import { nearestEndsEarly } from './nearestEndsEarly.ts';
import { partitionsReadForNothing } from './partitionsReadForNothing.ts';
import { planningTakesLong } from './planningTakesLong.ts';
import { rankedToKeepFew } from './rankedToKeepFew.ts';
import { readsFromDisk } from './readsFromDisk.ts';
import { rowEstimateOff } from './rowEstimateOff.ts';
import { scanDiscardsMostRows } from './scanDiscardsMostRows.ts';
import { spilledToDisk } from './spilledToDisk.ts';
import { staleStatistics } from './staleStatistics.ts';
import { subplanPerRow } from './subplanPerRow.ts';
import { tableMostlyEmpty } from './tableMostlyEmpty.ts';
import { triggerTakesMost } from './triggerTakesMost.ts';
import { workersNotLaunched } from './workersNotLaunched.ts';

export const allAdvice: readonly Advice[] = [
  scanDiscardsMostRows,
  indexFiltersMost,
  indexCouldCover,
  limitSortsAll,
  nearestEndsEarly,
  largeOffset,
  countsWholeTable,
  joinComparesAllPairs,
  spilledToDisk,
  lossyBitmap,
  memoizeEvicts,
  staleStatistics,
  columnsDepend,
  rowEstimateOff,
  loopPlannedForFewer,
  subplanPerRow,
  rankedToKeepFew,
  functionForEachRow,
  cteKeepsTooMuch,
  partitionsReadForNothing,
  tableMostlyEmpty,
  heapFetches,
  readsFromDisk,
  muchDataReturned,
  planningTakesLong,
  jitCost,
  triggerTakesMost,
  workersNotLaunched,
];

/** Advice that could save less than this part of the time is not worth a word. */
const worthwhile = 0.01;

/** What is known besides the plan. */
export interface Surroundings {
  /** Whether its tables may have been analysed; true. */
  readonly hasStatistics?: boolean;
  /** Null where the server could not be asked. */
  readonly facts?: PlanFacts | null;
  /** The statement; '' where only its plan is known. */
  readonly sql?: string;
}

/** Only analysed plans have findings: they are about what happened, and each names the node where it did. */
export function adviseOn(
  json: JsonPlan,
  placed: readonly PlacedNode[],
  own: readonly PlanNode[],
  parser: Parser,
  { hasStatistics = true, facts = null, sql = '' }: Surroundings = {},
): PlanFinding[] {
  const plan = new AnalysedPlan(json, placed, own, parser, facts, sql);
  const found: Found[] = [];
  const tell = (code: string, node: AnalysedNode, { saves, index, alike, ...told }: Told): void => {
    const finding: PlanFinding = {
      code,
      node: node.id,
      ...told,
      ...namesIn(`${told.message} ${told.help}`, facts),
      proof: index ? 'none' : 'verified',
      ...(index ? { index } : {}),
    };
    const first = alike === undefined ? undefined : found.find((f) => f.alike === alike && f.finding.code === code);
    if (first) joinTo(first, finding, saves);
    else found.push({ finding, saves, most: saves, alike, others: 0 });
  };
  const ran = plan.nodes.filter(({ loops }) => loops > 0);
  for (const { code, at, of, ofStatistics } of allAdvice) {
    if (ofStatistics && !hasStatistics) continue;
    if (at)
      for (const node of ran) {
        const told = at(node);
        if (told) tell(code, node, told);
      }
    const once = of?.(plan);
    if (once) {
      const { node, ...told } = once;
      tell(code, node, told);
    }
  }
  const whole = plan.ms;
  return found
    .filter(({ saves }) => whole === null || plan.root.own.exclusive.ms === null || saves >= worthwhile * whole)
    .sort((a, b) => b.saves - a.saves)
    .map(({ finding, others }) =>
      others === 0 ? finding : { ...finding, message: `${finding.message} (And so in ${others} more.)` },
    );
}

/** Of what the server knows, what stands in a text. */
function namesIn(text: string, facts: PlanFacts | null): { names?: readonly string[] } {
  if (!facts) return {};
  const all = [
    ...facts.tables.flatMap(({ name, schema, columns, indexes, policies, parent }) => [
      name,
      schema,
      ...[...columns, ...indexes, ...policies].map((part) => part.name),
      ...(parent ? [parent.name] : []),
    ]),
    ...facts.foreignKeys.flatMap(({ name, table, columns, referenced }) => [name, table, referenced, ...columns]),
    ...facts.functions.map(({ name }) => name),
  ];
  const words = new Set(text.match(/[\p{L}\p{N}_$]+/gu));
  return { names: [...new Set(all)].filter((name) => words.has(name) || (/\W/.test(name) && text.includes(name))) };
}

interface Found {
  finding: PlanFinding;
  saves: number;
  /** Of the one that is told. */
  most: number;
  readonly alike: string | undefined;
  /** Those like it that are not told. */
  others: number;
}

function joinTo(first: Found, finding: PlanFinding, saves: number): void {
  first.others++;
  first.saves += saves;
  if (saves <= first.most) return;
  first.finding = finding;
  first.most = saves;
}
