// mocha's `spec` reporter, which also writes how many tests passed, failed and were skipped, and what failed, to the JSON file
// that the environment variable PGREVIEW_TEST_RESULTS names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Mocha from 'mocha';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and why, to be read at the end of a long log. */
  readonly failures?: readonly string[];
  /** What failed at first and passed when it was tried again. */
  readonly retried?: readonly string[];
}

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.PGREVIEW_TEST_RESULTS;
    if (!file) return;
    const failures: string[] = [];
    const firstTries = new Map<string, string>();
    const told = (test: Mocha.Runnable, error: unknown) =>
      `${test.fullTitle()}${test.file ? ` (${test.file})` : ''}\n${error instanceof Error ? (error.stack ?? error.message) : error}`;
    runner.on('retry', (test, error) => firstTries.set(test.fullTitle(), told(test, error)));
    runner.on('fail', (test, error) => {
      failures.push(told(test, error));
      firstTries.delete(test.fullTitle());
    });
    runner.once('end', () => {
      const { passes, failures: failed, pending } = runner.stats!;
      const retried = [...firstTries.values()];
      const counts: TestCounts = { passed: passes, failed, skipped: pending, failures, retried };
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(counts));
    });
  }
}
