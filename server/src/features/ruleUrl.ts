/** Where a rule's background is to be read: Postgres's own page about it. */
import { historyProblems } from '../history/problems/index.ts';
import { rules } from '../rules/index.ts';

const urls = new Map([...rules, ...historyProblems].map((rule) => [rule.id, rule.docs.source]));

export const ruleUrl = (rule: string): string | null => urls.get(rule) ?? null;
