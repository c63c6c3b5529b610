/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import aggregateWithoutOrder from './aggregateWithoutOrder.ts';
import alwaysTrue from './alwaysTrue.ts';
import ambiguousColumn from './ambiguousColumn.ts';
import betweenDays from './betweenDays.ts';
import columnCastInCondition from './columnCastInCondition.ts';
import columnCount from './columnCount.ts';
import countDivision from './countDivision.ts';
import countGreaterThanZero from './countGreaterThanZero.ts';
import declaredParameterType from './declaredParameterType.ts';
import deleteWithoutWhere from './deleteWithoutWhere.ts';
import distinctOnWithoutOrder from './distinctOnWithoutOrder.ts';
import equalsNull from './equalsNull.ts';
import insertSelectStar from './insertSelectStar.ts';
import insertSeries from './insertSeries.ts';
import insertWithoutColumns from './insertWithoutColumns.ts';
import integerComparedWithNumeric from './integerComparedWithNumeric.ts';
import jsonComparedWithText from './jsonComparedWithText.ts';
import lastValueFrame from './lastValueFrame.ts';
import leadingWildcard from './leadingWildcard.ts';
import leftJoinUndone from './leftJoinUndone.ts';
import limitWithoutOrder from './limitWithoutOrder.ts';
import lockingCteNotRun from './lockingCteNotRun.ts';
import missingJoinCondition from './missingJoinCondition.ts';
import notEqualAny from './notEqualAny.ts';
import notInListWithNull from './notInListWithNull.ts';
import notInSubquery from './notInSubquery.ts';
import offsetPagination from './offsetPagination.ts';
import onConflictWithoutIndex from './onConflictWithoutIndex.ts';
import orderByInSubquery from './orderByInSubquery.ts';
import orderByRandom from './orderByRandom.ts';
import orOfNotEqual from './orOfNotEqual.ts';
import selectStarInView from './selectStarInView.ts';
import selfComparison from './selfComparison.ts';
import subqueryNotCorrelated from './subqueryNotCorrelated.ts';
import subqueryReadsOuterColumn from './subqueryReadsOuterColumn.ts';
import unionOfDisjoint from './unionOfDisjoint.ts';
import unlinkedUpdateFrom from './unlinkedUpdateFrom.ts';
import unusedCte from './unusedCte.ts';
import updateWithoutWhere from './updateWithoutWhere.ts';
import volatileInCondition from './volatileInCondition.ts';

export const queriesRules: readonly Rule[] = [
  updateWithoutWhere,
  deleteWithoutWhere,
  alwaysTrue,
  unlinkedUpdateFrom,
  lockingCteNotRun,
  subqueryReadsOuterColumn,
  subqueryNotCorrelated,
  notInSubquery,
  notInListWithNull,
  equalsNull,
  notEqualAny,
  orOfNotEqual,
  ambiguousColumn,
  columnCount,
  onConflictWithoutIndex,
  jsonComparedWithText,
  missingJoinCondition,
  leftJoinUndone,
  selfComparison,
  betweenDays,
  countDivision,
  lastValueFrame,
  distinctOnWithoutOrder,
  limitWithoutOrder,
  aggregateWithoutOrder,
  offsetPagination,
  orderByRandom,
  columnCastInCondition,
  integerComparedWithNumeric,
  volatileInCondition,
  leadingWildcard,
  countGreaterThanZero,
  unionOfDisjoint,
  orderByInSubquery,
  selectStarInView,
  insertSelectStar,
  insertWithoutColumns,
  unusedCte,
  insertSeries,
  declaredParameterType,
];
