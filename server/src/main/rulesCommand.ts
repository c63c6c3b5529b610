/** `pgreview rules`: every rule with what it finds. */
import { rules } from '../rules/index.ts';

export function listRules(format: 'text' | 'json'): string {
  if (format === 'json')
    return `${JSON.stringify(
      rules.map(({ id, family, severity, docs, examples }) => ({ id, family, severity, ...docs, examples })),
      null,
      2,
    )}\n`;
  const width = Math.max(...rules.map((r) => r.id.length));
  return `${rules.map((r) => `${r.id.padEnd(width)}  ${r.severity.padEnd(11)}  ${r.docs.summary}`).join('\n')}\n`;
}
