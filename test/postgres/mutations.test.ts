// Mistakes made on purpose in the examples: those that Postgres refuses are found at their word (`npm run mutations` for projects).
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { mutateProject } from '../mutations/project.ts';
import { onEachVersion } from './harness/eachVersion.ts';

onEachVersion('mistakes made on purpose in the examples', ({ version, server }) => {
  if (version !== 18) return;
  it('are found, and nothing is said of the files as they are', async function () {
    this.timeout(60_000);
    const folder = fileURLToPath(new URL('../../examples', import.meta.url));
    const { counts, missed, falseAlarms } = await mutateProject(folder, server(), 1, 10);
    assert.deepEqual(falseAlarms, []);
    assert.deepEqual(
      missed.map((m) => `${m.kind}: ${m.line}`),
      [],
    );
    const refused = [...counts.values()].reduce((sum, count) => sum + count.refused, 0);
    assert.ok(refused >= 20, `${refused}`);
  });
});
