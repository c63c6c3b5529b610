/** The rules on Prisma's models. */

import booleanModelIndex from './booleanModelIndex.ts';
import countedIdEnds from './countedIdEnds.ts';
import dateTimeWithoutTimeZone from './dateTimeWithoutTimeZone.ts';
import defaultNotSql from './defaultNotSql.ts';
import duplicateModelIndex from './duplicateModelIndex.ts';
import enumRenameDropsColumns from './enumRenameDropsColumns.ts';
import enumValueLeftOut from './enumValueLeftOut.ts';
import fieldMadeRequired from './fieldMadeRequired.ts';
import fieldRenameDropsColumn from './fieldRenameDropsColumn.ts';
import floatFieldForMoney from './floatFieldForMoney.ts';
import indexNotInSchema from './indexNotInSchema.ts';
import indexOfWholeJson from './indexOfWholeJson.ts';
import jsonFieldNotJsonb from './jsonFieldNotJsonb.ts';
import lossyNativeType from './lossyNativeType.ts';
import modelRenameDropsTable from './modelRenameDropsTable.ts';
import type { ModelRule } from './modelRule.ts';
import modelWithoutRowSecurity from './modelWithoutRowSecurity.ts';
import nameOver63Bytes from './nameOver63Bytes.ts';
import onDeleteMissing from './onDeleteMissing.ts';
import redundantModelIndex from './redundantModelIndex.ts';
import relationTypesDiffer from './relationTypesDiffer.ts';
import relationWithoutIndex from './relationWithoutIndex.ts';
import requiredFieldWithoutDefault from './requiredFieldWithoutDefault.ts';
import setNullOnRequiredField from './setNullOnRequiredField.ts';
import typeChangeDropsColumn from './typeChangeDropsColumn.ts';
import uniqueFieldIgnoresSoftDelete from './uniqueFieldIgnoresSoftDelete.ts';
import uniqueWithOptionalField from './uniqueWithOptionalField.ts';
import updatedAtFieldMissing from './updatedAtFieldMissing.ts';
import updatedAtNotKept from './updatedAtNotKept.ts';
import uuidFieldAsText from './uuidFieldAsText.ts';
import varCharOfHabit from './varCharOfHabit.ts';
import vectorFieldWithoutIndex from './vectorFieldWithoutIndex.ts';

export const modelRules: readonly ModelRule[] = [
  relationWithoutIndex,
  relationTypesDiffer,
  setNullOnRequiredField,
  onDeleteMissing,
  countedIdEnds,
  uuidFieldAsText,
  dateTimeWithoutTimeZone,
  floatFieldForMoney,
  varCharOfHabit,
  lossyNativeType,
  jsonFieldNotJsonb,
  defaultNotSql,
  duplicateModelIndex,
  redundantModelIndex,
  indexOfWholeJson,
  booleanModelIndex,
  indexNotInSchema,
  vectorFieldWithoutIndex,
  uniqueWithOptionalField,
  uniqueFieldIgnoresSoftDelete,
  updatedAtFieldMissing,
  updatedAtNotKept,
  nameOver63Bytes,
  fieldRenameDropsColumn,
  modelRenameDropsTable,
  typeChangeDropsColumn,
  requiredFieldWithoutDefault,
  fieldMadeRequired,
  enumRenameDropsColumns,
  enumValueLeftOut,
  modelWithoutRowSecurity,
];

/** Those that say in their own words what is otherwise in the migrations. */
export const rulesOfDrift: ReadonlySet<string> = new Set(
  modelRules.filter(({ ofDrift }) => ofDrift === true).map(({ id }) => id),
);
