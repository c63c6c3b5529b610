// What is seen of a row of statements, before each and at the end, equals after any edits what a fresh replay shows.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyCatalog, newRelation } from '../../server/src/catalog/catalog.ts';
import { Replay, type View } from '../../server/src/catalog/replay.ts';
import type { SchemaWriter } from '../../server/src/catalog/schema.ts';
import { newSession } from '../../server/src/catalog/session.ts';
import type { Counts, Tally } from '../../server/src/catalog/tally.ts';

type Action =
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'comment'; readonly name: string; readonly text: string }
  | { readonly kind: 'path'; readonly schema: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'rollback' };

const key = (schema: SchemaWriter, name: string): string => `${schema.session.schema}.${name}`;

function run(action: Action, schema: SchemaWriter): void {
  switch (action.kind) {
    case 'create':
      if (!schema.relation(key(schema, action.name)))
        schema.setRelation(newRelation(schema.session.schema, action.name, 'table', true));
      return;
    case 'drop':
      if (schema.relation(key(schema, action.name))) schema.removeRelation(key(schema, action.name));
      return;
    case 'comment': {
      const relation = schema.relation(key(schema, action.name));
      if (relation) schema.setRelation({ ...relation, comment: action.text });
      return;
    }
    case 'path':
      schema.setSession({ schema: action.schema });
      return;
    case 'begin':
      if (!schema.session.explicitTransaction)
        schema.setSession({ explicitTransaction: true, transaction: schema.session.transaction + 1 });
      return;
    case 'rollback':
      if (schema.session.explicitTransaction) schema.restore();
      schema.setSession({ explicitTransaction: false });
      return;
  }
}

const byComment: Tally<Counts> = {
  name: 'comments',
  countsAs: ({ comment }) => [comment ?? 'none'],
  outcomeOf: (counts) => ({ ...counts }),
};

/** Of each CREATE: the comment that its table ends with, and how many tables of its schema have which. */
const atTheEnd: View<Action, string> = {
  at: 'end',
  concerns: (action) => action.kind === 'create',
  look(action, after, session) {
    const name = action.kind === 'create' ? action.name : '';
    const relation = after.relation(`${session.schema}.${name}`);
    const { x = 0, y = 0, none = 0 } = after.tally(session.schema, byComment);
    return `${session.schema}.${name} ${relation ? (relation.comment ?? '-') : 'gone'} of ${x} ${y} ${none}`;
  },
};

/** Of every statement: the session and the tables that it meets. */
const before: View<Action, string> = {
  at: 'before',
  concerns: () => true,
  look: (_, schema, session) =>
    `${session.schema} ${session.transaction} ${['a', 'b', 'c'].map((n) => schema.relation(`public.${n}`)?.comment).join(' ')}`,
};

const name = fc.constantFrom('a', 'b', 'c');
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('comment' as const), name, text: fc.constantFrom('x', 'y') }),
  },
  fc.record({ kind: fc.constant('path' as const), schema: fc.constantFrom('public', 'shop') }),
  fc.constant({ kind: 'begin' as const }),
  fc.constant({ kind: 'rollback' as const }),
);

/** Replaces `removed` statements from `at` (as a part of the length) on. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(3),
  added: fc.array(action, { maxLength: 3 }),
});

const base = {
  ...emptyCatalog,
  relations: emptyCatalog.relations.set('public.b', newRelation('public', 'b', 'table', true)),
};

function shown(replay: Replay<Action>, which: (i: number) => boolean = () => true) {
  return Array.from({ length: replay.length }, (_, i) => (which(i) ? [replay.see(0, i), replay.see(1, i)] : []));
}

describe('Views under edits', function () {
  this.timeout(120_000);
  it('equal those of a fresh replay, whichever were asked for on the way', () => {
    const runs = Number(process.env.PGREVIEW_RUNS ?? 2000);
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 12 }),
        fc.array(edit, { maxLength: 6 }),
        fc.nat(4),
        (first, edits, every) => {
          const replay = new Replay(run, [before, atTheEnd]);
          let statements = first.map((a) => ({ ...a }));
          replay.update(statements, base, newSession('none'));
          for (const { at, removed, added } of edits) {
            const from = Math.floor(at * statements.length);
            statements = [
              ...statements.slice(0, from),
              ...added.map((a) => ({ ...a })),
              ...statements.slice(from + removed),
            ];
            replay.update(statements, base, newSession('none'));
            shown(replay, (i) => i % (every + 1) === 0);
          }
          const fresh = new Replay(run, [before, atTheEnd]);
          fresh.update(statements, base, newSession('none'));
          assert.deepEqual(shown(replay), shown(fresh));
          assert.deepEqual(replay.catalogAt().relations.toJS(), fresh.catalogAt().relations.toJS());
        },
      ),
      { numRuns: runs },
    );
  });
});
