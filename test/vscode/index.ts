// Runs inside the extension host: VS Code calls `run` and takes a rejection as a failed run.
// PGREVIEW_SUITE names the folder of test files beside this one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import CountingReporter from '../reporter.ts';
import { flush, print, screenshot } from './automation.ts';

export async function run(): Promise<void> {
  // The console of an extension host mixes with what the workbench logs.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => print(format(...args));
  try {
    const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, retries: 1, color: false, reporter: CountingReporter });
    const folder = join(__dirname, process.env.PGREVIEW_SUITE!);
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith('.test.js')) mocha.addFile(join(folder, file));
    }
    mocha.suite.afterEach('show what a failed test saw', async function () {
      const test = this.currentTest;
      if (test?.state === 'failed') await screenshot(`failed ${test.fullTitle()}`.replace(/[^\w-]+/g, '-'));
    });
    const failures = await new Promise<number>((resolve) => {
      mocha.run(resolve);
    });
    if (failures > 0) throw new Error(`${failures} test(s) failed`);
  } catch (error) {
    print(format(error));
    throw error;
  } finally {
    await flush();
  }
}
