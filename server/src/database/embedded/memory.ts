/** How the embedded Postgres's process is kept small (`npm run bench` measures it). */
import type { ResourceLimits } from 'node:worker_threads';

/** MB. Postgres's own memory is not in V8's heap; without a limit V8 lets garbage lie, whose buffers are outside of it too. */
export const heapLimits: ResourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/**
 * For glibc's malloc, which otherwise keeps up to half of what was freed: one arena instead of eight a core, and larger blocks
 * given back at once. Other systems do not know these.
 */
export const allocatorSettings: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};
