// `npm run bench [-- --write]`: measures pgreview side by side with Squawk and the Postgres Language Server, which are
// installed into the cache. A table on the terminal, JSON in out/bench/; `--write` also writes docs/benchmarks.md.
import { join } from 'node:path';
import { cachedPackages } from './cache.mjs';
import { environment, node24, root, run } from './process.mjs';
import { setup } from './setup.mjs';

async function main() {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => option !== '--write');
  if (unknown) throw new Error(`There is no option ${unknown}; there is --write.`);
  await setup();
  if ((await run(node24(), ['scripts/build.mjs'])) !== 0) throw new Error('The build failed.');
  const peers = await cachedPackages('bench-peers', join(root, 'scripts', 'bench-peers'));
  return run(node24(), ['test/bench/main.ts', ...options], { env: environment({ PGREVIEW_BENCH_PEERS: peers }) });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`pgreview: ${error.message}`);
    process.exit(1);
  },
);
