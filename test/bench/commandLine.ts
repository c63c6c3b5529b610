/** How long a command takes as a process. */
import { spawn } from 'node:child_process';
import { type Spread, spreadOf } from './spread.ts';

/**
 * Milliseconds from start to exit; the first run, which reads programs from the disk, is not counted.
 * @throws {Error} when the command ends otherwise than linters do: 0 for nothing found, 1 for findings
 */
export async function measureCheck(command: readonly string[], cwd: string, runs: number): Promise<Spread> {
  const times: number[] = [];
  for (let n = -1; n < runs; n++) {
    const started = performance.now();
    const code = await exitCode(command, cwd);
    if (code !== 0 && code !== 1) throw new Error(`${command.join(' ')} ended with exit code ${code}.`);
    if (n >= 0) times.push(performance.now() - started);
  }
  return spreadOf(times);
}

function exitCode([file, ...args]: readonly string[], cwd: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    // read, as a terminal or CI would, and thrown away
    child.stdout.resume();
    child.stderr.resume();
    child.on('error', reject);
    child.on('close', resolve);
  });
}
