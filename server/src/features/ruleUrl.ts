/** Where a rule is explained: its own page of docs/rules, where that lies beside the program; else Postgres's page about it. */
import { historyProblems } from '../history/problems/index.ts';
import { revisionRules } from '../rules/alembic/index.ts';
import { rules } from '../rules/index.ts';
import { modelRules } from '../rules/prisma/index.ts';
import { templateRules } from '../rules/typescript/index.ts';

const sources = new Map(
  [...rules, ...modelRules, ...revisionRules, ...templateRules, ...historyProblems].map((rule) => [
    rule.id,
    rule.docs.source,
  ]),
);

let pages: string | null = null;

/** @param folder URI of docs/rules, with a slash at the end; said once, when the program starts */
export function showRulePagesOf(folder: string): void {
  pages = folder;
}

export function ruleUrl(rule: string): string | null {
  const source = sources.get(rule) ?? null;
  return source !== null && pages !== null ? `${pages}${rule}.md` : source;
}

/** Postgres's own page, which is the same on every machine. */
export const ruleSource = (rule: string): string | null => sources.get(rule) ?? null;

/** What is said of a kind of advice on plans; null where the pages are not there. */
export const planPage = (code: string): string | null =>
  pages === null ? null : `${pages.replace(/rules\/$/, '')}plans.md#${code}`;
