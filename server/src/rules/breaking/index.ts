/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import dropColumn from './dropColumn.ts';
import dropTable from './dropTable.ts';
import notNullColumnWithoutDefault from './notNullColumnWithoutDefault.ts';
import renameColumn from './renameColumn.ts';
import renameTable from './renameTable.ts';

export const breakingRules: readonly Rule[] = [
  notNullColumnWithoutDefault,
  dropColumn,
  dropTable,
  renameColumn,
  renameTable,
];
