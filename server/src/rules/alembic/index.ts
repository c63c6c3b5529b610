/** Rules on the Python of Alembic's revisions: what goes wrong before any SQL reaches Postgres, or never reaches it. */
import colonTakenForParameter from './colonTakenForParameter.ts';
import constraintWithoutName from './constraintWithoutName.ts';
import defaultNotInDatabase from './defaultNotInDatabase.ts';
import dropConstraintWithoutName from './dropConstraintWithoutName.ts';
import enumTypeNotCreated from './enumTypeNotCreated.ts';
import enumValuesNotAdded from './enumValuesNotAdded.ts';
import failsInOfflineMode from './failsInOfflineMode.ts';
import modelUsedInMigration from './modelUsedInMigration.ts';
import ormSessionInMigration from './ormSessionInMigration.ts';
import type { RevisionRule } from './revisionRule.ts';
import sessionNotFlushed from './sessionNotFlushed.ts';
import valueFormattedIntoSql from './valueFormattedIntoSql.ts';

export const revisionRules: readonly RevisionRule[] = [
  dropConstraintWithoutName,
  colonTakenForParameter,
  enumTypeNotCreated,
  enumValuesNotAdded,
  defaultNotInDatabase,
  constraintWithoutName,
  valueFormattedIntoSql,
  sessionNotFlushed,
  modelUsedInMigration,
  ormSessionInMigration,
  failsInOfflineMode,
];
