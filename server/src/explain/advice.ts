import type { PlanFinding } from '../protocol.ts';
import type { PlacedNode } from './plan.ts';

/** What is certain from the plan itself. */
export function adviseOn(_placed: readonly PlacedNode[]): PlanFinding[] {
  return [];
}
