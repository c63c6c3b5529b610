/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import missingFromClause from './missingFromClause.ts';
import nameNotInSearchPath from './nameNotInSearchPath.ts';
import unknownColumn from './unknownColumn.ts';
import unknownColumnInFunction from './unknownColumnInFunction.ts';
import unknownConstraint from './unknownConstraint.ts';
import unknownEnumValue from './unknownEnumValue.ts';
import unknownIndex from './unknownIndex.ts';
import unknownRecordField from './unknownRecordField.ts';
import unknownTable from './unknownTable.ts';
import unknownTableInFunction from './unknownTableInFunction.ts';
import unknownType from './unknownType.ts';

export const namesRules: readonly Rule[] = [
  unknownTable,
  unknownColumn,
  unknownType,
  unknownEnumValue,
  unknownConstraint,
  unknownIndex,
  missingFromClause,
  unknownTableInFunction,
  unknownColumnInFunction,
  unknownRecordField,
  nameNotInSearchPath,
];
