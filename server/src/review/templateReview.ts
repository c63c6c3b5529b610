/** What the rules on templates find in a file of TypeScript. */
import type { Finding } from '../rules/rule.ts';
import { templateRules } from '../rules/typescript/index.ts';
import type { Host } from '../sources/piece.ts';
import type { SqlTemplates } from '../sources/typescript/typescriptSource.ts';
import { silences, suppressionsIn } from './suppression.ts';

export interface TemplateFinding {
  /** Its spans count in the file. */
  readonly finding: Finding;
  readonly host: Host;
}

const known = new WeakMap<SqlTemplates, readonly TemplateFinding[]>();

export function reviewTemplates(templates: SqlTemplates): readonly TemplateFinding[] {
  let found = known.get(templates);
  if (!found) {
    found = look(templates);
    known.set(templates, found);
  }
  return found;
}

function look({ text, all }: SqlTemplates): TemplateFinding[] {
  const findings: TemplateFinding[] = [];
  const places = new Set<string>();
  for (const template of all)
    for (const rule of templateRules)
      rule.check({
        template,
        text,
        report({ start, end }, message, help, fixes = [], { severity = rule.severity } = {}) {
          // one template may be part of several queries
          const place = `${rule.id} ${start}`;
          const { host } = template;
          if (places.has(place) || silences(suppressionsIn(host.comments).statement, rule.id)) return;
          if (silences(suppressionsIn(host.fileComments).file, rule.id)) return;
          places.add(place);
          findings.push({ finding: { rule: rule.id, severity, span: { start, end }, message, help, fixes }, host });
        },
      });
  return findings;
}
