/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import dropIndexOfConstraint from './dropIndexOfConstraint.ts';
import includeNotSupported from './includeNotSupported.ts';
import indexColumnMissing from './indexColumnMissing.ts';
import indexExpressionNotImmutable from './indexExpressionNotImmutable.ts';
import indexOnView from './indexOnView.ts';
import indexOrderNotSupported from './indexOrderNotSupported.ts';
import indexPredicateNotImmutable from './indexPredicateNotImmutable.ts';
import indexStorageParameter from './indexStorageParameter.ts';
import multicolumnIndexNotSupported from './multicolumnIndexNotSupported.ts';
import noDefaultOperatorClass from './noDefaultOperatorClass.ts';
import operatorClassMismatch from './operatorClassMismatch.ts';
import scalarColumnInGinOrGist from './scalarColumnInGinOrGist.ts';
import uniqueIndexNotBtree from './uniqueIndexNotBtree.ts';

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
  indexColumnMissing,
  dropIndexOfConstraint,
];
