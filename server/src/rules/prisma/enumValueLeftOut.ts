import { valuesThing } from '../../sources/prisma/driftThings.ts';
import type { EnumType } from '../../sources/prisma/model.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Fix } from '../rule.ts';
import { typeKeyOf } from './databaseTable.ts';
import { listed } from './modelNames.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';

export default defineModelRule({
  id: 'enum-value-left-out',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'An enum without a value that it has in the migrations.',
    why: 'Postgres cannot take a value out of an enum. Prisma makes a new type and changes every column of the old one to it: each table is rewritten under ACCESS EXCLUSIVE, and the migration fails if a row holds the value (22P02). A value that was only renamed is taken out and added as well.',
    fine: 'The tables are small and no row holds the value.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      before: 'model Order {\n  id     BigInt @id\n  status Status\n}\n\nenum Status {\n  NEW\n  PAID\n  CANCELED\n}',
      unsafe: 'model Order {\n  id     BigInt @id\n  status Status\n}\n\nenum Status {\n  NEW\n  PAID\n  CANCELLED\n}',
      safe: 'model Order {\n  id     BigInt @id\n  status Status\n}\n\nenum Status {\n  NEW\n  PAID\n  CANCELLED @map("CANCELED")\n}',
    },
  ],
  enum(type, context) {
    const old = context.history?.type(typeKeyOf(type));
    if (old?.kind !== 'enum' || !old.complete || type.block.inDoubt || type.values.length === 0) return;
    const stored = new Set(type.values.map((value) => value.stored));
    const removed = old.values.filter((value) => !stored.has(value));
    if (removed.length === 0) return;
    // a value that is being typed again
    if (type.values.some(({ stored }) => !old.values.includes(stored) && removed.some((v) => v.startsWith(stored))))
      return;
    const columns = columnsOf(type, context);
    // a type that nothing has is replaced at once
    if (columns.length === 0) return;
    const one = columns.length === 1;
    context.report(
      type,
      type.block.name ?? { start: type.block.head, end: type.block.close },
      `Leaving out ${listed(removed)} makes Prisma replace the type: ${listed(columns)} ${one ? 'is' : 'are'} rewritten while nobody can use ${one ? 'it' : 'them'}, and the migration fails if a row holds ${removed.length === 1 ? 'the value' : 'one of the values'}.`,
      'Keep the value; a name that only the program uses can be another with @map.',
      renamed(type, removed, old.values, context),
      { tells: [valuesThing(typeKeyOf(type))] },
    );
  },
});

/** The tables that have it in the migrations. */
const columnsOf = (type: EnumType, { history }: ModelRuleContext): string[] =>
  (history?.relationsWithType(type.type) ?? []).flatMap((key) => {
    const table = history?.relation(key);
    return table && (table.kind === 'table' || table.kind === 'partitioned') ? [table.name] : [];
  });

/** One value gone and one that is new: most likely the same. */
function renamed(
  type: EnumType,
  removed: readonly string[],
  old: readonly string[],
  { takesFollowUps }: ModelRuleContext,
): Fix[] {
  const added = type.values.filter(({ stored }) => !old.includes(stored));
  const [value] = added;
  if (!value || added.length !== 1 || removed.length !== 1 || value.stored !== value.name || value.member.broken)
    return [];
  const at = value.member.end;
  const [from = ''] = removed;
  const newText = ` @map(${JSON.stringify(from)})`;
  const own = type.databaseSchema === null ? '' : `${quoteIdentifier(type.databaseSchema)}.`;
  const renaming: Fix = {
    title: `Rename the value ${from} to ${value.stored} in the next migration`,
    safe: false,
    edits: [],
    followUps: [
      {
        name: `rename_${type.type}_${from}_to_${value.stored}`.toLowerCase(),
        statements: [
          `ALTER TYPE ${own}${quoteIdentifier(type.type)} RENAME VALUE ${literal(from)} TO ${literal(value.stored)}`,
        ],
        outsideTransaction: false,
      },
    ],
  };
  return [
    { title: `It is the same value: ${newText.trim()}`, safe: false, edits: [{ start: at, end: at, newText }] },
    ...(takesFollowUps ? [renaming] : []),
  ];
}

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
