/**
 * Reads plans as people have them: EXPLAIN's answer in any of its formats, in the wrapping of psql, pgAdmin, a log file or a
 * mail.
 */
import type { JsonPlan } from '../plan.ts';
import { framesIn } from './framing.ts';
import { readJsonPlans } from './json.ts';
import { readTextPlans } from './text.ts';
import { readXmlPlans } from './xml.ts';
import { readYamlPlans } from './yaml.ts';

/** Plans larger than this are refused rather than shown after minutes. UTF-16 code units. */
export const largestPlan = 50_000_000;

/**
 * @returns every plan in the text, in the form of FORMAT JSON; at least one
 * @throws {Error} a sentence for the user when there is none
 */
export function readPlans(text: string): JsonPlan[] {
  if (text.length > largestPlan) throw new Error(`This text is too long for a plan: ${text.length} characters.`);
  const plans: JsonPlan[] = [];
  let problem: Error | null = null;
  for (const { format, body, query, parameters } of framesIn(text)) {
    try {
      for (const plan of readers[format](body)) plans.push(withQuery(plan, query, parameters));
    } catch (error) {
      problem ??= error as Error;
    }
  }
  if (plans.length > 0) return plans;
  throw problem ?? new Error('There is no plan in this text: EXPLAIN writes one, as text, JSON, YAML or XML.');
}

const readers = { text: readTextPlans, json: readJsonPlans, yaml: readYamlPlans, xml: readXmlPlans };

/** What auto_explain writes in front of a plan in text, under the names of FORMAT JSON. */
function withQuery(plan: JsonPlan, query: string | null, parameters: string | null): JsonPlan {
  if (query === null || plan['Query Text'] !== undefined) return plan;
  return { ...plan, 'Query Text': query, ...(parameters === null ? {} : { 'Query Parameters': parameters }) };
}
