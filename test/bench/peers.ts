/** The programs that are measured beside ours: the binaries themselves, without the npm packages' Node scripts around them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @throws {Error} when the package for this platform is not there */
export function binaryOf(name: 'squawk' | 'postgres-language-server'): string {
  const folder = process.env.PGREVIEW_BENCH_PEERS;
  if (!folder) throw new Error('Run the benches with `npm run bench`, which installs the tools to compare with.');
  const scope = join(folder, 'node_modules', name === 'squawk' ? '@squawk-cli' : '@postgres-language-server');
  for (const file of readdirSync(scope).flatMap((p) => [join(scope, p, name), join(scope, p, 'bin', name)]))
    for (const binary of [file, `${file}.exe`])
      if (existsSync(binary) && !binary.includes(join('cli', 'bin'))) return binary;
  throw new Error(`${name} is not available for this platform.`);
}
