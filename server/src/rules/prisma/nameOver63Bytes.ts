import type { Declared, EnumType, Model } from '../../sources/prisma/model.ts';
import { hasColumn } from '../../sources/prisma/model.ts';
import type { Span } from '../../syntax/tokens.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';

const most = 63;

export default defineModelRule({
  id: 'name-over-63-bytes',
  severity: 'information',
  docs: {
    summary: 'A model, field or enum whose name in the database is longer than 63 bytes.',
    why: 'Postgres cuts names off after 63 bytes, with a notice that nobody sees. Prisma compares the schema with the name that is left and finds another one: migrate diff wants to drop that table or column and to create it again. Two names that differ behind the 63rd byte only are one: the migration fails (42701, 42P07).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS',
  },
  examples: [
    {
      unsafe: `model Order {\n  id BigInt @id\n  ${longName('x')} Int\n}`,
      safe: `model Order {\n  id BigInt @id\n  ${longName('x')} Int @map("a_shorter_name")\n}`,
    },
  ],
  model(model, context) {
    judge(model, model.table, model.block.name ?? { start: model.block.head, end: model.block.close }, context);
    const seen = new Map<string, string>();
    for (const field of model.fields) {
      if (!hasColumn(field)) continue;
      const span = field.member.name ?? field.member;
      const cut = cutName(field.column);
      const other = seen.get(cut);
      if (other !== undefined && other !== field.column && (cut !== field.column || cut !== other)) {
        context.report(
          model,
          span,
          `The migration fails: to Postgres ${field.column} is ${cut}, the same name as ${other}.`,
          'Give it a shorter name with @map.',
          [],
          { severity: 'error' },
        );
      } else judge(model, field.column, span, context);
      seen.set(cut, field.column);
    }
  },
  enum: (type, context) => judge(type, type.type, type.block.name ?? { start: 0, end: 0 }, context),
});

function judge(at: Model | EnumType | Declared, name: string, span: Span, context: ModelRuleContext): void {
  const cut = cutName(name);
  if (cut === name) return;
  context.report(
    at,
    span,
    `Postgres cuts this name off after ${most} bytes: it becomes ${cut}, which Prisma takes for another one.`,
    `Give it a shorter name with ${at.name === name ? '@@map or @map' : '@map'}.`,
  );
}

/** The first 63 bytes, in whole characters. */
function cutName(name: string): string {
  // no character takes more than three bytes for each of its UTF-16 units
  if (name.length * 3 <= most) return name;
  let cut = name;
  while (new TextEncoder().encode(cut).length > most) cut = [...cut].slice(0, -1).join('');
  return cut;
}

function longName(last: string): string {
  return `the_number_of_items_that_were_ordered_and_have_not_been_delivered_${last}`;
}
