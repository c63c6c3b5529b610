import assert from 'node:assert/strict';
import { readPlans } from '../../server/src/explain/formats/index.ts';

describe('JIT in text', () => {
  it('tells what deforming took of the generation, as 17 prints it', () => {
    const [plan] =
      readPlans(`Seq Scan on t  (cost=0.00..35.50 rows=2550 width=4) (actual time=0.020..0.021 rows=0 loops=1)
Planning Time: 0.163 ms
JIT:
  Functions: 2
  Options: Inlining false, Optimization false, Expressions true, Deforming true
  Timing: Generation 0.516 ms (Deform 0.100 ms), Inlining 0.000 ms, Optimization 0.660 ms, Emission 1.227 ms, Total 2.403 ms
Execution Time: 2.556 ms`);
    assert.deepEqual(plan?.JIT, {
      Functions: 2,
      Options: { Inlining: false, Optimization: false, Expressions: true, Deforming: true },
      Timing: {
        Generation: { Deform: 0.1, Total: 0.516 },
        Inlining: 0,
        Optimization: 0.66,
        Emission: 1.227,
        Total: 2.403,
      },
    });
  });
});
