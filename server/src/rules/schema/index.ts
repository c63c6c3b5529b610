/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import charType from './charType.ts';
import checkAgainstClock from './checkAgainstClock.ts';
import circularForeignKeys from './circularForeignKeys.ts';
import defaultOfWrongType from './defaultOfWrongType.ts';
import deferrableKey from './deferrableKey.ts';
import floatForMoney from './floatForMoney.ts';
import foreignKeyNarrower from './foreignKeyNarrower.ts';
import foreignKeyWithoutIndex from './foreignKeyWithoutIndex.ts';
import frozenTimeDefault from './frozenTimeDefault.ts';
import generatedColumnWritten from './generatedColumnWritten.ts';
import integerPrimaryKey from './integerPrimaryKey.ts';
import internalType from './internalType.ts';
import jsonType from './jsonType.ts';
import missingUpdatedAt from './missingUpdatedAt.ts';
import moneyType from './moneyType.ts';
import nullableFlag from './nullableFlag.ts';
import nullDefaultOnNotNull from './nullDefaultOnNotNull.ts';
import reservedName from './reservedName.ts';
import serialForeignKey from './serialForeignKey.ts';
import serialInsteadOfIdentity from './serialInsteadOfIdentity.ts';
import setNullOnNotNull from './setNullOnNotNull.ts';
import tableWithoutPrimaryKey from './tableWithoutPrimaryKey.ts';
import timestampRounds from './timestampRounds.ts';
import timestampWithoutTimeZone from './timestampWithoutTimeZone.ts';
import timetzType from './timetzType.ts';
import uniqueIgnoresSoftDelete from './uniqueIgnoresSoftDelete.ts';
import uniqueWithNullDeletionTime from './uniqueWithNullDeletionTime.ts';
import unloggedTable from './unloggedTable.ts';
import uuidAsText from './uuidAsText.ts';

export const schemaRules: readonly Rule[] = [
  tableWithoutPrimaryKey,
  integerPrimaryKey,
  serialInsteadOfIdentity,
  serialForeignKey,
  foreignKeyWithoutIndex,
  foreignKeyNarrower,
  setNullOnNotNull,
  circularForeignKeys,
  deferrableKey,
  uniqueIgnoresSoftDelete,
  uniqueWithNullDeletionTime,
  timestampWithoutTimeZone,
  timetzType,
  timestampRounds,
  frozenTimeDefault,
  checkAgainstClock,
  floatForMoney,
  moneyType,
  jsonType,
  uuidAsText,
  charType,
  internalType,
  defaultOfWrongType,
  nullDefaultOnNotNull,
  generatedColumnWritten,
  nullableFlag,
  missingUpdatedAt,
  unloggedTable,
  reservedName,
];
