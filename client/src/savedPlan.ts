// What the panel saved with the window.
import type { ShownPlan } from './panelMessages.ts';

/** What an older version of the panel saved may have another shape; then there is nothing to restore. */
export function isShownPlan(state: unknown): state is ShownPlan {
  if (typeof state !== 'object' || state === null) return false;
  const { id, report, sourceText } = state as Partial<ShownPlan>;
  return (
    typeof id === 'string' &&
    typeof sourceText === 'string' &&
    typeof report?.sql === 'string' &&
    Array.isArray(report.nodes)
  );
}
