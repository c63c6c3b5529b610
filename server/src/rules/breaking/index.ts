/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import alterConstraintNotForeignKey from './alterConstraintNotForeignKey.ts';
import columnAlreadyExists from './columnAlreadyExists.ts';
import columnDoesNotExist from './columnDoesNotExist.ts';
import columnTypeLosesData from './columnTypeLosesData.ts';
import columnTypeNarrowed from './columnTypeNarrowed.ts';
import constraintAlreadyExists from './constraintAlreadyExists.ts';
import dropCascade from './dropCascade.ts';
import dropColumn from './dropColumn.ts';
import dropDatabase from './dropDatabase.ts';
import dropDefaultOfRequiredColumn from './dropDefaultOfRequiredColumn.ts';
import dropFunctionInUse from './dropFunctionInUse.ts';
import dropNotNull from './dropNotNull.ts';
import dropNotNullOfPrimaryKey from './dropNotNullOfPrimaryKey.ts';
import dropSchemaCascade from './dropSchemaCascade.ts';
import dropTable from './dropTable.ts';
import dropTypeCascade from './dropTypeCascade.ts';
import dropTypeInUse from './dropTypeInUse.ts';
import dropUniqueConstraint from './dropUniqueConstraint.ts';
import dropWithDependents from './dropWithDependents.ts';
import enumValueAlreadyExists from './enumValueAlreadyExists.ts';
import enumValueDoesNotExist from './enumValueDoesNotExist.ts';
import enumValueRemoved from './enumValueRemoved.ts';
import extensionAlreadyExists from './extensionAlreadyExists.ts';
import foreignKeyReferencesNotUnique from './foreignKeyReferencesNotUnique.ts';
import foreignKeyTypesIncompatible from './foreignKeyTypesIncompatible.ts';
import identifierTruncated from './identifierTruncated.ts';
import notNullColumnWithoutDefault from './notNullColumnWithoutDefault.ts';
import policyAlreadyExists from './policyAlreadyExists.ts';
import primaryKeyAlreadyExists from './primaryKeyAlreadyExists.ts';
import relationAlreadyExists from './relationAlreadyExists.ts';
import renameColumn from './renameColumn.ts';
import renameEnumValue from './renameEnumValue.ts';
import renameTable from './renameTable.ts';
import renameView from './renameView.ts';
import replacedViewChangesColumns from './replacedViewChangesColumns.ts';
import schemaAlreadyExists from './schemaAlreadyExists.ts';
import setSchema from './setSchema.ts';
import triggerAlreadyExists from './triggerAlreadyExists.ts';
import truncateCascade from './truncateCascade.ts';
import truncateReferencedTable from './truncateReferencedTable.ts';
import truncateTable from './truncateTable.ts';
import typeAlreadyExists from './typeAlreadyExists.ts';
import typeChangeKeepsDefault from './typeChangeKeepsDefault.ts';
import typeChangeNeedsUsing from './typeChangeNeedsUsing.ts';
import typeChangeOfUsedColumn from './typeChangeOfUsedColumn.ts';

export const breakingRules: readonly Rule[] = [
  notNullColumnWithoutDefault,
  dropColumn,
  dropTable,
  renameColumn,
  renameTable,
  columnAlreadyExists,
  columnDoesNotExist,
  relationAlreadyExists,
  constraintAlreadyExists,
  primaryKeyAlreadyExists,
  typeAlreadyExists,
  enumValueAlreadyExists,
  enumValueDoesNotExist,
  triggerAlreadyExists,
  policyAlreadyExists,
  schemaAlreadyExists,
  extensionAlreadyExists,
  foreignKeyReferencesNotUnique,
  foreignKeyTypesIncompatible,
  typeChangeNeedsUsing,
  typeChangeKeepsDefault,
  columnTypeNarrowed,
  columnTypeLosesData,
  enumValueRemoved,
  dropWithDependents,
  dropCascade,
  typeChangeOfUsedColumn,
  truncateReferencedTable,
  truncateCascade,
  dropTypeCascade,
  dropSchemaCascade,
  dropDatabase,
  dropUniqueConstraint,
  dropDefaultOfRequiredColumn,
  dropNotNull,
  renameEnumValue,
  renameView,
  setSchema,
  replacedViewChangesColumns,
  identifierTruncated,
  truncateTable,
  dropNotNullOfPrimaryKey,
  alterConstraintNotForeignKey,
  dropTypeInUse,
  dropFunctionInUse,
];
