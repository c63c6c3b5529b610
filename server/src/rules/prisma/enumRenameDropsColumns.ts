import { relationKey } from '../../catalog/catalog.ts';
import { typeThing } from '../../sources/prisma/driftThings.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Fix } from '../rule.ts';
import { typeKeyOf } from './databaseTable.ts';
import { addToModel } from './modelEdits.ts';
import { listed } from './modelNames.ts';
import { defineModelRule } from './modelRule.ts';
import { renamedEnum } from './renamedEnum.ts';
import { mapped, tableMap } from './renameInDatabase.ts';

export default defineModelRule({
  id: 'enum-rename-drops-columns',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'An enum that the migrations do not know, in place of a type with the same values.',
    why: 'Prisma compares names. To it a renamed enum, or another name in @@map, is a type that is gone and one that is new, and it does not turn one into the other: the next migration drops every column of the type with its values and adds an empty one.',
    fine: 'The values in these columns are not needed.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      before: 'model User {\n  id   BigInt @id\n  role Role?\n}\n\nenum Role {\n  ADMIN\n  MEMBER\n}',
      unsafe: 'model User {\n  id   BigInt      @id\n  role Permission?\n}\n\nenum Permission {\n  ADMIN\n  MEMBER\n}',
      safe: 'model User {\n  id   BigInt      @id\n  role Permission?\n}\n\nenum Permission {\n  ADMIN\n  MEMBER\n\n  @@map("Role")\n}',
    },
  ],
  enum(type, context) {
    const renamed = renamedEnum(type, context);
    if (!renamed) return;
    const { old, columns, things } = renamed;
    const one = columns.length === 1;
    const written = `@@map(${JSON.stringify(old.name)})`;
    const map = tableMap(type);
    const kept = map ? mapped(map, old.name) : addToModel(type, written);
    const fixes: Fix[] = kept ? [{ title: `It is the same type: ${written}`, safe: false, edits: [kept] }] : [];
    const own = type.databaseSchema === null ? '' : `${quoteIdentifier(type.databaseSchema)}.`;
    if (context.takesFollowUps)
      fixes.push({
        title: `Rename the type ${old.name} to ${type.type} in the next migration`,
        safe: false,
        edits: [],
        followUps: [
          {
            name: `rename_${old.name}_to_${type.type}`.toLowerCase(),
            statements: [`ALTER TYPE ${own}${quoteIdentifier(old.name)} RENAME TO ${quoteIdentifier(type.type)}`],
            outsideTransaction: false,
          },
        ],
      });
    context.report(
      type,
      type.block.name ?? { start: type.block.head, end: type.block.close },
      `The next migration drops ${listed(columns)} with ${one ? 'its' : 'their'} values and adds ${one ? 'an empty one' : 'empty ones'}: Prisma does not see that the enum ${old.name} was renamed.`,
      `If it is the same type: ${written} keeps it; or write ALTER TYPE … RENAME TO in the migration yourself.`,
      fixes,
      { tells: [typeThing(typeKeyOf(type)), typeThing(relationKey(old.schema, old.name)), ...things] },
    );
  },
});
