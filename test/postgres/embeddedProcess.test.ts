// The process around the embedded Postgres: how much memory it takes, and that it never outlives whoever started it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Instance } from '../../server/src/database/embedded/instance.ts';
import { descendants, peakMemory } from '../bench/processTree.ts';
import { embeddedFiles } from './harness/embedded.ts';

const script = fileURLToPath(new URL('harness/endlessEmbedded.ts', import.meta.url));

/** Ended processes that nobody has asked after yet are no longer there either. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function untilGone(pids: readonly number[]): Promise<void> {
  for (const end = Date.now() + 10_000; pids.some(isAlive); await sleep(50))
    assert.ok(Date.now() < end, `still there: ${pids.filter(isAlive)}`);
}

describe('The process of the embedded Postgres', function () {
  this.timeout(60_000);
  before(function () {
    // processes are looked up in /proc
    if (process.platform !== 'linux') this.skip();
  });

  it('ends with the process that started it, even when that is killed while a statement never ends', async () => {
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    const started = descendants(parent.pid as number).slice(1);
    assert.ok(started.length > 0);
    parent.kill('SIGKILL');
    await untilGone(started);
  });

  it('ends with the thread that started it', async () => {
    const before = descendants(process.pid);
    const thread = new Worker(script);
    await once(thread, 'message');
    const started = descendants(process.pid).filter((pid) => !before.includes(pid));
    assert.ok(started.length > 0);
    await thread.terminate();
    await untilGone(started);
  });

  it('takes less than 350 MB at its peak, with many tables in it', async () => {
    const { startWorker } = await embeddedFiles();
    const before = descendants(process.pid);
    const instance = await Instance.start(startWorker, []);
    try {
      for (let i = 0; i < 400; i++)
        await instance.query(`CREATE TABLE t${i} (id bigserial PRIMARY KEY, name text UNIQUE, at timestamptz)`);
      const [host] = descendants(process.pid).filter((pid) => !before.includes(pid));
      const peak = peakMemory(host as number) as number;
      assert.ok(peak > 100 && peak < 350, `${peak} MB`);
    } finally {
      instance.kill();
    }
  });

  it('tells why it ended', async () => {
    const { startWorker } = await embeddedFiles();
    const before = descendants(process.pid);
    const instance = await Instance.start(startWorker, []);
    const asked = instance.query('SELECT pg_sleep(60)');
    for (const pid of descendants(process.pid)) if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
    await assert.rejects(asked, { reason: 'lost', message: /its process ended with SIGKILL/ });
    assert.equal(instance.alive, false);
  });
});
