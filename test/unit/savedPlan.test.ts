import assert from 'node:assert/strict';
import { isShownPlan } from '../../client/src/savedPlan.ts';
import { shopReport } from '../panel/reports.ts';

describe('a plan that was saved with the window', () => {
  const saved = { id: 'a', report: shopReport, sourceText: 'SELECT', view: 'icicle', collapsed: [3], measure: 'cost' };

  it('is shown again, as it comes out of VS Code’s storage', () => {
    assert.ok(isShownPlan(JSON.parse(JSON.stringify(saved))));
  });

  it('is left alone where it has another shape', () => {
    const { nodes: _, ...withoutNodes } = shopReport;
    for (const state of [
      undefined,
      null,
      'a plan',
      [],
      {},
      { ...saved, id: 1 },
      { ...saved, report: null },
      { ...saved, sourceText: undefined },
      { ...saved, report: withoutNodes },
      { ...saved, report: { ...shopReport, sql: null } },
    ])
      assert.equal(isShownPlan(state), false, JSON.stringify(state)?.slice(0, 60));
  });
});
