/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import afterTriggerChangesNew from './afterTriggerChangesNew.ts';
import beforeTriggerReturnsOld from './beforeTriggerReturnsOld.ts';
import commitInFunction from './commitInFunction.ts';
import deleteTriggerReturnsNew from './deleteTriggerReturnsNew.ts';
import dropFunctionNotUnique from './dropFunctionNotUnique.ts';
import exceptionSwallowed from './exceptionSwallowed.ts';
import functionAlreadyExists from './functionAlreadyExists.ts';
import functionWithoutReturn from './functionWithoutReturn.ts';
import immutableFunctionDependsOnMore from './immutableFunctionDependsOnMore.ts';
import nonVolatileFunctionWrites from './nonVolatileFunctionWrites.ts';
import parameterHiddenByColumn from './parameterHiddenByColumn.ts';
import parameterWithoutDefault from './parameterWithoutDefault.ts';
import queryWithoutDestination from './queryWithoutDestination.ts';
import replacedFunctionChangesSignature from './replacedFunctionChangesSignature.ts';
import softDeleteTriggerStillDeletes from './softDeleteTriggerStillDeletes.ts';
import statementTriggerReadsRow from './statementTriggerReadsRow.ts';
import triggerFiresItself from './triggerFiresItself.ts';
import triggerFunctionNotPossible from './triggerFunctionNotPossible.ts';
import triggerFunctionReturnsNoTrigger from './triggerFunctionReturnsNoTrigger.ts';
import triggerNotPossible from './triggerNotPossible.ts';
import variableNamedLikeColumn from './variableNamedLikeColumn.ts';

export const functionsRules: readonly Rule[] = [
  functionWithoutReturn,
  queryWithoutDestination,
  variableNamedLikeColumn,
  parameterHiddenByColumn,
  commitInFunction,
  nonVolatileFunctionWrites,
  immutableFunctionDependsOnMore,
  exceptionSwallowed,
  functionAlreadyExists,
  replacedFunctionChangesSignature,
  parameterWithoutDefault,
  dropFunctionNotUnique,
  triggerFunctionNotPossible,
  triggerFunctionReturnsNoTrigger,
  triggerNotPossible,
  statementTriggerReadsRow,
  afterTriggerChangesNew,
  deleteTriggerReturnsNew,
  beforeTriggerReturnsOld,
  softDeleteTriggerStillDeletes,
  triggerFiresItself,
];
