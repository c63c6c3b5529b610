/**
 * Why a statement is broken, in words that the author can act on. The first recogniser that proves its case speaks: one
 * broken statement gets one message. When none does, what Postgres says is said plainly, with what could stand there.
 */
import type { Parser } from '../parser.ts';
import { BrokenStatement } from './brokenStatement.ts';
import { foreignComment } from './characters/foreignComment.ts';
import { invisibleCharacters } from './characters/invisibleCharacters.ts';
import { mathematicalSigns } from './characters/mathematicalSigns.ts';
import { smartQuotes } from './characters/smartQuotes.ts';
import { deleteStar, insertSet } from './clauses/insertSet.ts';
import { joinCondition } from './clauses/joinCondition.ts';
import { limitComma, noLimit } from './clauses/limitComma.ts';
import { clauseOrder } from './clauses/order.ts';
import { alterColumn } from './definitions/alterColumn.ts';
import { columnList } from './definitions/columnList.ts';
import { constraintName } from './definitions/constraintName.ts';
import { ifExists, orReplace } from './definitions/ifExists.ts';
import { indexName } from './definitions/indexName.ts';
import { repeatedAction } from './definitions/repeatedAction.ts';
import { typeFirst } from './definitions/typeFirst.ts';
import { missingCondition, missingKeyword } from './keywords/missingKeyword.ts';
import { misspelt, unfinishedWord } from './keywords/misspelt.ts';
import { reservedName } from './keywords/reservedName.ts';
import type { Mistake, Recogniser } from './mistake.ts';
import { mysqlAlterTable } from './mysql/alterTable.ts';
import { clientStatements } from './mysql/clientStatements.ts';
import {
  autoIncrement,
  characterSet,
  columnComment,
  displayWidth,
  onUpdateNow,
  unsigned,
} from './mysql/columnOptions.ts';
import { insertIgnore, onDuplicateKey, replaceInto } from './mysql/insert.ts';
import { dropIndexOn, joinedWrite } from './mysql/joins.ts';
import { groupConcat, intervalUnit, wordOperator } from './mysql/operators.ts';
import { tableKeys, tableOptions } from './mysql/tableOptions.ts';
import { connectBy, minus, outerJoinMark } from './oracle/queries.ts';
import { apostrophe } from './punctuation/apostrophe.ts';
import { backticks } from './punctuation/backticks.ts';
import { brackets } from './punctuation/brackets.ts';
import { doubledComma } from './punctuation/doubledComma.ts';
import { doubledWord } from './punctuation/doubledWord.ts';
import { emptyList } from './punctuation/emptyList.ts';
import { missingComma } from './punctuation/missingComma.ts';
import { operatorForWord, tornOperator } from './punctuation/operators.ts';
import { parentheses } from './punctuation/parentheses.ts';
import { stringInDoubleQuotes } from './punctuation/stringInDoubleQuotes.ts';
import { trailingComma } from './punctuation/trailingComma.ts';
import { runawayString, unterminated } from './punctuation/unterminated.ts';
import { pragma, withoutRowid } from './sqlite/statements.ts';
import { go } from './tsql/batch.ts';
import { procedural } from './tsql/procedural.ts';
import { top } from './tsql/top.ts';
import { clustered, maxLength, tableHint } from './tsql/types.ts';
import { temporaryTable, variables } from './tsql/variables.ts';
import { unexplained } from './unexplained.ts';

export type { Edit, Mend, Mistake } from './mistake.ts';

/** The most certain first: what could also be explained by a later one is the earlier one's. */
const recognisers: readonly Recogniser[] = [
  // what no Postgres statement is written with
  invisibleCharacters,
  smartQuotes,
  mathematicalSigns,
  temporaryTable,
  foreignComment,
  unterminated,
  apostrophe,
  runawayString,
  backticks,
  brackets,
  // words of other databases
  go,
  clientStatements,
  autoIncrement,
  unsigned,
  displayWidth,
  characterSet,
  columnComment,
  onUpdateNow,
  tableKeys,
  tableOptions,
  mysqlAlterTable,
  insertIgnore,
  replaceInto,
  onDuplicateKey,
  wordOperator,
  intervalUnit,
  groupConcat,
  joinedWrite,
  dropIndexOn,
  limitComma,
  insertSet,
  top,
  clustered,
  maxLength,
  tableHint,
  variables,
  procedural,
  outerJoinMark,
  minus,
  connectBy,
  withoutRowid,
  pragma,
  // right words, wrongly put together
  deleteStar,
  constraintName,
  ifExists,
  orReplace,
  indexName,
  alterColumn,
  typeFirst,
  columnList,
  repeatedAction,
  emptyList,
  trailingComma,
  doubledComma,
  doubledWord,
  stringInDoubleQuotes,
  tornOperator,
  joinCondition,
  noLimit,
  clauseOrder,
  unfinishedWord,
  misspelt,
  reservedName,
  operatorForWord,
  parentheses,
  missingComma,
  missingKeyword,
  missingCondition,
];

/**
 * @param text the statement with its leading comments, psql's meta-commands blanked; `start` and `end` of its body
 * @param error where Postgres points, and its message
 * @returns all offsets count from the beginning of `text`
 */
export function explainSyntaxError(
  text: string,
  start: number,
  end: number,
  error: { readonly offset: number; readonly message: string },
  parser: Parser,
): Mistake {
  const broken = new BrokenStatement(text, start, end, error.offset, error.message, parser);
  for (const recognise of recognisers) {
    const mistake = recognise(broken);
    if (mistake) return mistake;
  }
  return unexplained(broken);
}
