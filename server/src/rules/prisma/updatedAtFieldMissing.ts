import type { Model } from '../../sources/prisma/model.ts';
import { fieldOf } from '../../sources/prisma/model.ts';
import { defineModelRule } from './modelRule.ts';

const pairs: Readonly<Record<string, string>> = { createdAt: 'updatedAt', created_at: 'updated_at' };

export default defineModelRule({
  id: 'updated-at-field-missing',
  severity: 'hint',
  docs: {
    summary: 'A model with createdAt but without updatedAt, where nearly all of its siblings have both.',
    why: 'Jobs that copy, cache or synchronise rows by the time of their last change work on the other tables and miss the changes of this one.',
    fine: 'Its rows never change (a log).',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html',
  },
  examples: [
    {
      schema: ['User', 'Team', 'Order', 'Item']
        .map(
          (name) =>
            `model ${name} {\n  id        BigInt   @id\n  createdAt DateTime @default(now())\n  updatedAt DateTime @updatedAt\n}`,
        )
        .join('\n\n'),
      unsafe: 'model Invoice {\n  id        BigInt   @id\n  createdAt DateTime @default(now())\n}',
      safe: 'model Invoice {\n  id        BigInt   @id\n  createdAt DateTime @default(now())\n  updatedAt DateTime @updatedAt\n}',
    },
  ],
  model(model, context) {
    const created = model.fields.find(({ name }) => name in pairs);
    const updated = created && pairs[created.name];
    if (!created || !updated || model.isView || model.inDoubt || isKept(model, updated)) return;
    const others = context.schema.models.filter((o) => o !== model && !o.isView && fieldOf(o, created.name));
    const both = others.filter((other) => isKept(other, updated)).length;
    if (both < 3 || both < (others.length - both) * 9 || written.test(model.name)) return;
    context.report(
      model,
      created.member.name ?? created.member,
      `${model.name} has ${created.name} but no ${updated}, which nearly all other models with ${created.name} have.`,
      `Add ${updated} DateTime @updatedAt, unless its rows never change.`,
    );
  },
});

/** What is written once and stays so, by its last word. */
const written =
  /(?:Log|Event|History|Snapshot|Audit|Entry|Error|Message|Chunk|Revision|Version|Code|Token|Session|Tag|View|Click|Metric|Usage|Invite|Invitation|File|Attachment)s?(?:Partitioned|V\d+)?$/;

/** Also by another word for the same. */
const isKept = ({ fields }: Model, updated: string): boolean =>
  fields.some(
    ({ name, isUpdatedAt }) =>
      isUpdatedAt || name === updated || /^(?:last_?)?(?:updated?|modified|changed)(?:_|[A-Z]|$)/i.test(name),
  );
