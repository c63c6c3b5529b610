// mocha's `spec` reporter, which also writes how many tests passed, failed and were skipped to the JSON file that the
// environment variable PGREVIEW_TEST_RESULTS names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Mocha from 'mocha';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.PGREVIEW_TEST_RESULTS;
    if (!file) return;
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats!;
      const counts: TestCounts = { passed: passes, failed: failures, skipped: pending };
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(counts));
    });
  }
}
