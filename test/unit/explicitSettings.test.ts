import assert from 'node:assert/strict';
import { explicitSettings, type WrittenValues } from '../../client/src/explicitSettings.ts';

describe('explicitSettings', () => {
  const written: Record<string, WrittenValues & { defaultValue?: unknown }> = {
    targetVersion: { defaultValue: 18 },
    rules: { defaultValue: {}, globalValue: { a: 'off' }, workspaceValue: { b: 'hint' } },
    'codeLens.enabled': { defaultValue: true, workspaceFolderValue: false },
    'explain.statementTimeout': { defaultValue: 30_000, globalValue: 1000 },
  };
  const inForce: Record<string, unknown> = {
    targetVersion: 18,
    rules: { a: 'off', b: 'hint' },
    'codeLens.enabled': false,
    'explain.statementTimeout': 1000,
  };

  it('leaves out what has its default only, which must not override pgreview.json', () => {
    const settings = explicitSettings(
      [...Object.keys(written), 'unknown'],
      (name) => written[name],
      (name) => inForce[name],
    );
    assert.deepEqual(settings, {
      rules: { a: 'off', b: 'hint' },
      codeLens: { enabled: false },
      explain: { statementTimeout: 1000 },
    });
  });
});
