import { removal } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'json-field-not-jsonb',
  severity: 'information',
  docs: {
    summary: 'A Json field with @db.Json.',
    why: 'json keeps the text and parses it at every use. It has no operator =, so DISTINCT, GROUP BY and an index of it fail (42883, 42704), and no containment (@>). Prisma makes a Json jsonb when nothing is said.',
    fine: 'The text must come back as it was: white space, order of keys and keys that are there twice.',
    source: 'https://www.postgresql.org/docs/current/datatype-json.html',
  },
  examples: [
    {
      unsafe: 'model Event {\n  id   BigInt @id\n  data Json   @db.Json\n}',
      safe: 'model Event {\n  id   BigInt @id\n  data Json\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const { native, member } of model.fields) {
      if (native?.name !== 'Json') continue;
      context.report(
        model,
        native.attribute,
        'json is parsed again at every use, cannot be compared, and no index takes it as it is.',
        'Leave it out: Prisma then makes it jsonb.',
        member.broken ? [] : [{ title: 'Make it jsonb', safe: false, edits: [removal(model.block, native.attribute)] }],
      );
    }
  },
});
