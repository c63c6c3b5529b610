/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import anyOfIndexedArray from './anyOfIndexedArray.ts';
import brinOnRandomValues from './brinOnRandomValues.ts';
import btreeIndexOnArray from './btreeIndexOnArray.ts';
import btreeIndexOnJsonb from './btreeIndexOnJsonb.ts';
import btreeIndexOnLongText from './btreeIndexOnLongText.ts';
import btreeIndexOnTsvector from './btreeIndexOnTsvector.ts';
import btreeIndexOnVector from './btreeIndexOnVector.ts';
import descendingSingleColumnIndex from './descendingSingleColumnIndex.ts';
import dropIndexOfConstraint from './dropIndexOfConstraint.ts';
import duplicateIndex from './duplicateIndex.ts';
import functionOnIndexedColumn from './functionOnIndexedColumn.ts';
import hashIndexServesEqualityOnly from './hashIndexServesEqualityOnly.ts';
import includeNotSupported from './includeNotSupported.ts';
import indexColumnTwice from './indexColumnTwice.ts';
import indexExpressionNotImmutable from './indexExpressionNotImmutable.ts';
import indexIfNotExistsSkipped from './indexIfNotExistsSkipped.ts';
import indexOnBooleanAlone from './indexOnBooleanAlone.ts';
import indexOnView from './indexOnView.ts';
import indexOrderNotSupported from './indexOrderNotSupported.ts';
import indexPredicateNotImmutable from './indexPredicateNotImmutable.ts';
import indexStorageParameter from './indexStorageParameter.ts';
import ivfflatIndexOnNewTable from './ivfflatIndexOnNewTable.ts';
import likePrefixNotIndexed from './likePrefixNotIndexed.ts';
import multicolumnIndexNotSupported from './multicolumnIndexNotSupported.ts';
import noDefaultOperatorClass from './noDefaultOperatorClass.ts';
import nullsOrderNotIndexed from './nullsOrderNotIndexed.ts';
import operatorClassMismatch from './operatorClassMismatch.ts';
import redundantIndexPrefix from './redundantIndexPrefix.ts';
import scalarColumnInGinOrGist from './scalarColumnInGinOrGist.ts';
import uniqueIndexNotBtree from './uniqueIndexNotBtree.ts';
import uniqueIndexWithNullableColumn from './uniqueIndexWithNullableColumn.ts';
import vectorFilteredSearch from './vectorFilteredSearch.ts';
import vectorIndexDimensions from './vectorIndexDimensions.ts';
import vectorIndexParameter from './vectorIndexParameter.ts';
import vectorIndexWithoutOperatorClass from './vectorIndexWithoutOperatorClass.ts';
import vectorOrderNotByDistance from './vectorOrderNotByDistance.ts';
import vectorSearchWithoutIndex from './vectorSearchWithoutIndex.ts';
import vectorTooManyDimensions from './vectorTooManyDimensions.ts';

export const indexesRules: readonly Rule[] = [
  // what Postgres refuses
  indexExpressionNotImmutable,
  indexPredicateNotImmutable,
  noDefaultOperatorClass,
  scalarColumnInGinOrGist,
  operatorClassMismatch,
  uniqueIndexNotBtree,
  multicolumnIndexNotSupported,
  includeNotSupported,
  indexOrderNotSupported,
  indexStorageParameter,
  indexOnView,
  dropIndexOfConstraint,
  // what is of no use, or of little
  indexIfNotExistsSkipped,
  duplicateIndex,
  redundantIndexPrefix,
  indexColumnTwice,
  btreeIndexOnJsonb,
  btreeIndexOnArray,
  btreeIndexOnTsvector,
  btreeIndexOnLongText,
  brinOnRandomValues,
  hashIndexServesEqualityOnly,
  indexOnBooleanAlone,
  uniqueIndexWithNullableColumn,
  descendingSingleColumnIndex,
  // queries that an index nearly serves
  functionOnIndexedColumn,
  likePrefixNotIndexed,
  nullsOrderNotIndexed,
  anyOfIndexedArray,
  // pgvector
  vectorIndexWithoutOperatorClass,
  vectorIndexDimensions,
  vectorIndexParameter,
  vectorTooManyDimensions,
  ivfflatIndexOnNewTable,
  btreeIndexOnVector,
  vectorSearchWithoutIndex,
  vectorOrderNotByDistance,
  vectorFilteredSearch,
];
