import { argumentOf, attributeOf, stringOf } from '../../sources/prisma/syntax.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'default-not-sql',
  severity: 'error',
  docs: {
    summary: 'A @default(dbgenerated("…")) whose text is no expression in SQL.',
    why: 'Prisma writes the text into the migration as it stands. Where Postgres cannot read it as an expression, the migration fails (42601).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/ddl-default.html',
  },
  examples: [
    {
      unsafe: 'model Token {\n  id    BigInt @id\n  value String @default(dbgenerated("md5(random()::text"))\n}',
      safe: 'model Token {\n  id    BigInt @id\n  value String @default(dbgenerated("md5(random()::text)"))\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const { member } of model.fields) {
      const written = attributeOf(member, 'default');
      const value = written && argumentOf(written, 'value', true);
      if (value?.kind !== 'call' || value.name !== 'dbgenerated' || member.broken) continue;
      const [argument] = value.args;
      const sql = stringOf(argument?.value);
      // an empty text means a default that is not told
      if (!argument || sql === null || sql.trim() === '' || context.isExpression(sql) !== false) continue;
      context.report(
        model,
        argument,
        'The migration fails: this is no expression in SQL.',
        'Prisma writes it behind DEFAULT as it stands here.',
      );
    }
  },
});
