/** Rules on the Python of Alembic's revisions: what goes wrong before any SQL reaches Postgres, or never reaches it. */
import colonTakenForParameter from './colonTakenForParameter.ts';
import defaultNotInDatabase from './defaultNotInDatabase.ts';
import dropConstraintWithoutName from './dropConstraintWithoutName.ts';
import enumTypeNotCreated from './enumTypeNotCreated.ts';
import enumValuesNotAdded from './enumValuesNotAdded.ts';
import type { RevisionRule } from './revisionRule.ts';

export const revisionRules: readonly RevisionRule[] = [
  dropConstraintWithoutName,
  colonTakenForParameter,
  enumTypeNotCreated,
  enumValuesNotAdded,
  defaultNotInDatabase,
];
