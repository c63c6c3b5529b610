import type { ModelField } from '../../sources/prisma/model.ts';
import { removal } from './modelEdits.ts';
import { listed } from './modelNames.ts';
import { defineModelRule } from './modelRule.ts';

/** MySQL's: what an index of utf8mb4 could hold, and what fitted one byte of length. */
const habits: ReadonlySet<number> = new Set([191, 255]);

export default defineModelRule({
  id: 'varchar-of-habit',
  severity: 'hint',
  docs: {
    summary: 'A @db.VarChar(191) or @db.VarChar(255): limits that mean something in MySQL only.',
    why: 'In Postgres text and varchar(n) are stored alike, and the limit saves nothing. A longer value is refused (22001), and lowering or removing the limit is one more migration. Without an attribute Prisma makes a String text.',
    fine: 'Values longer than that are to be refused.',
    source: 'https://www.postgresql.org/docs/current/datatype-character.html',
  },
  examples: [
    {
      unsafe: 'model Product {\n  id   BigInt @id\n  name String @db.VarChar(255)\n}',
      safe: 'model Product {\n  id   BigInt @id\n  name String\n}',
    },
  ],
  model(model, context) {
    const fields = model.isView ? [] : model.fields.filter(isHabit);
    const [first] = fields;
    if (!first?.native) return;
    const others = fields.slice(1).map(({ name }) => name);
    context.report(
      model,
      first.native.attribute,
      `varchar(${first.native.args[0]}) of ${first.name}${others.length > 0 ? `, and so of ${listed(others)},` : ''} refuses longer values and saves nothing: Postgres stores it as it stores text.`,
      'Leave it out, unless longer values are to be refused.',
      fields.some(({ member }) => member.broken)
        ? []
        : [
            {
              title: others.length > 0 ? 'Leave them out' : 'Leave it out',
              safe: false,
              edits: fields.flatMap(({ native }) => (native ? [removal(model.block, native.attribute)] : [])),
            },
          ],
    );
  },
});

const isHabit = ({ native }: ModelField): boolean => native?.name === 'VarChar' && habits.has(native.args[0] ?? 0);
