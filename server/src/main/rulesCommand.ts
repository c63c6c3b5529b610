/** `pgreview rules`: every rule, and every problem of a history, with what it finds. */
import { historyProblems } from '../history/problems/index.ts';
import { revisionRules } from '../rules/alembic/index.ts';
import { rules } from '../rules/index.ts';
import { modelRules } from '../rules/prisma/index.ts';
import { templateRules } from '../rules/typescript/index.ts';

const listed = [
  ...rules,
  ...modelRules,
  ...revisionRules,
  ...templateRules,
  ...historyProblems.map((problem) => ({ ...problem, family: 'histories', examples: [] })),
];

export function listRules(format: 'text' | 'json'): string {
  if (format === 'json')
    return `${JSON.stringify(
      listed.map(({ id, family, severity, docs, examples }) => ({ id, family, severity, ...docs, examples })),
      null,
      2,
    )}\n`;
  const width = Math.max(...listed.map((r) => r.id.length));
  return `${listed.map((r) => `${r.id.padEnd(width)}  ${r.severity.padEnd(11)}  ${r.docs.summary}`).join('\n')}\n`;
}
