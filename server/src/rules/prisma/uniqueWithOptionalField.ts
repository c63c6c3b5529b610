import type { Model, ModelField, ModelIndex } from '../../sources/prisma/model.ts';
import { hasColumn } from '../../sources/prisma/model.ts';
import { tableOf } from './databaseTable.ts';
import { isBeingTyped } from './modelEdits.ts';
import { namesOf } from './modelNames.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { isWithin } from './sameModelIndexes.ts';

export default defineModelRule({
  id: 'unique-with-optional-field',
  severity: 'hint',
  docs: {
    summary: 'A @@unique of several fields, one of which is optional.',
    why: 'To a unique index nulls are different from one another: two rows that agree in the other fields and are null in this one are both let in. Prisma’s language cannot say NULLS NOT DISTINCT; a migration written by hand can.',
    fine: 'A null means that the row is not to be compared with others.',
    source: 'https://www.postgresql.org/docs/current/indexes-unique.html',
  },
  examples: [
    {
      unsafe:
        'model Price {\n  id        BigInt  @id\n  productId BigInt\n  region    String?\n\n  @@unique([productId, region])\n}',
      safe: 'model Price {\n  id        BigInt @id\n  productId BigInt\n  region    String @default("")\n\n  @@unique([productId, region])\n}',
    },
  ],
  model(model, context) {
    if (model.isView || isBeingTyped(model)) return;
    for (const index of model.indexes) {
      if (index.kind !== 'unique' || index.isPartial || index.fields.length < 2) continue;
      const optional = index.fields.map(({ field }) => field).filter((f) => hasColumn(f) && f.arity === 'optional');
      // where all may be null, nobody means them as a key
      if (optional.length === 0 || optional.length === index.fields.length) continue;
      if (optional.some(isOwnKey) || !index.fields.some(({ field }) => isIdentifying(field, model))) continue;
      if (model.indexes.some((other) => isUniqueWithout(other, optional) && isWithin(other, index))) continue;
      if (isCaredFor(model, index, context)) continue;
      const names = namesOf(optional);
      context.report(
        model,
        index,
        `Any number of rows with the same other fields is let in when ${names} ${optional.length === 1 ? 'is' : 'are'} null: to a unique index nulls are never equal.`,
        'If a null is meant to be one more value: make the field required, or write a unique index NULLS NOT DISTINCT (Postgres 15) in a migration of your own.',
      );
    }
  },
});

/** A key of the row's own, which it may have or not: null means none. */
const isOwnKey = ({ name }: ModelField): boolean => /(?:key|token|hash|number|slug)$|^external|External/i.test(name);

/** Where all that is required only says whose row it is, the optional field is what tells rows apart. */
const isIdentifying = (field: ModelField, { relations }: Model): boolean =>
  field.arity === 'required' && !relations.some(({ fields }) => fields.includes(field));

/** What is unique by itself is not let in twice. */
const isUniqueWithout = ({ kind, isPartial, fields }: ModelIndex, optional: readonly ModelField[]): boolean =>
  kind !== 'index' && !isPartial && !fields.some(({ field }) => optional.includes(field));

/** Migrations have a unique index for the nulls: NULLS NOT DISTINCT, a condition, or an expression. */
function isCaredFor(model: Model, { fields }: ModelIndex, { history }: ModelRuleContext): boolean {
  const required = fields.flatMap(({ field }) => (field.arity === 'required' ? [field.column] : []));
  return (
    tableOf(model, history)?.indexes.some((key) => {
      const index = history?.relation(key)?.index;
      if (!index) return true;
      const isSpecial = index.nullsNotDistinct || index.where !== null || index.keys.some((k) => k.expression !== null);
      return index.unique && isSpecial && required.every((c) => index.keys.some((k) => k.column === c));
    }) ?? false
  );
}
