/** Drawing findings at random, the same ones for the same seed. */
import type { ProjectFinding } from './project.ts';

/** Mulberry32: small, and the same on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** One of each rule that speaks, the others at random from all that is left; in the order of the projects' files. */
export function sample(findings: readonly ProjectFinding[], count: number, seed: number): ProjectFinding[] {
  const order = shuffled(findings, random(seed));
  const rules = new Set<string>();
  const first = order.filter(({ rule }) => {
    if (rules.has(rule)) return false;
    rules.add(rule);
    return true;
  });
  const drawn = new Set([...new Set([...first, ...order])].slice(0, Math.max(count, first.length)));
  return findings.filter((finding) => drawn.has(finding));
}
