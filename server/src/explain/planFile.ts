/** Plans that came as text: a file, the clipboard, a log. */
import type { PlanReport, ReadPlanResult } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import { readPlans } from './formats/index.ts';
import type { JsonPlan } from './plan.ts';
import { reportOn } from './report.ts';

/** Answers `pgreview/readPlan`. Never throws: what goes wrong is an answer of kind `error`. */
export function readPlan(text: string, parser: Parser): ReadPlanResult {
  try {
    return { kind: 'plans', reports: readPlans(text).map((plan) => reportOnRead(plan, parser)) };
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

function reportOnRead(plan: JsonPlan, parser: Parser): PlanReport {
  const query = plan['Query Text'];
  const values = plan['Query Parameters'];
  return reportOn(plan, {
    source: null,
    sql: typeof query === 'string' ? query : '',
    target: null,
    generic: false,
    schema: null,
    // auto_explain tells them from 16 on
    notes: typeof values === 'string' ? [`It ran with ${values}.`] : [],
    parser,
    rangesOf: () => [],
    toRange: () => null,
  });
}
