// `npm run compare`: asks pgreview, Squawk, the Postgres Language Server and pgfence about the same statements, runs each on a
// real Postgres 18, and writes docs/comparison.md.
import { join } from 'node:path';
import { cachedPackages } from './cache.mjs';
import { environment, node24, root, run } from './process.mjs';
import { setup } from './setup.mjs';

async function main() {
  await setup();
  const peers = await cachedPackages('bench-peers', join(root, 'scripts', 'bench-peers'));
  const env = environment({ PGREVIEW_BENCH_PEERS: peers, PGREVIEW_TEST_VERSIONS: '18' });
  return run(node24(), ['test/postgres/comparison/write.ts'], { env });
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`pgreview: ${error.message}`);
    process.exit(1);
  },
);
