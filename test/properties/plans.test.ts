import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { randomPlan, type Truth } from '../harness/randomPlan.ts';

describe('Plans', () => {
  it('tell what each node took by itself: pages exactly, times within the rounding that is told', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(randomPlan, ({ json, truth }) => {
        const nodes = readNodes(placeNodes(json));
        assert.equal(nodes.length, truth.length);
        const known = new Map(
          truth.map((own, id) => [
            own.group ?? id,
            { ms: 0, msError: 1e-6, sharedHit: 0, sharedRead: 0, own: { ms: 0, hit: 0, read: 0 } },
          ]),
        );
        for (const { id, exclusive } of nodes) {
          const own = truth[id] as Truth;
          const of = known.get(own.group ?? id)!;
          of.ms += exclusive.ms ?? Number.NaN;
          of.msError += exclusive.msError;
          of.sharedHit += exclusive.sharedHit ?? Number.NaN;
          of.sharedRead += exclusive.sharedRead ?? Number.NaN;
          of.own = { ms: of.own.ms + own.ms, hit: of.own.hit + own.hit, read: of.own.read + own.read };
        }
        // which of several scans ran a WITH query is known no better than all that is printed in the plan
        const isSplit = truth.some(({ group }) => group !== null);
        const rounding = nodes.reduce((sum, { loops }) => sum + 0.0005 * (loops ?? 0), 0);
        for (const [which, { ms, msError, sharedHit, sharedRead, own }] of known) {
          assert.ok(
            Math.abs(ms - own.ms) <= msError + (isSplit ? rounding : 0),
            `${which}: ${ms} ± ${msError} ms, not ${own.ms}`,
          );
          assert.deepEqual([sharedHit, sharedRead], [own.hit, own.read], `${which}: pages`);
        }
        const whole = nodes[0]?.inclusive.ms ?? Number.NaN;
        const sum = nodes.reduce((total, { exclusive }) => total + (exclusive.ms ?? 0), 0);
        assert.ok(Math.abs(sum - whole) <= whole * 1e-9 + 1e-6, `${sum} of ${whole} ms`);
      }),
      { numRuns: 3_000 },
    );
  });
});
