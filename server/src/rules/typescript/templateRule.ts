/** What a rule on SQL templates of TypeScript is: one file, one default export made by {@link defineTemplateRule}. */
import type { SqlTemplate } from '../../sources/typescript/typescriptSource.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { FindingDetails, Fix, RuleDocs, Severity } from '../rule.ts';

export interface TemplateExample {
  /** SQL of the migrations before. */
  readonly schema: string;
  /** Gets the finding. Statements of TypeScript. */
  readonly unsafe: string;
  /** The same done well; gets no finding of this rule. */
  readonly safe: string;
}

export interface TemplateRuleContext {
  readonly template: SqlTemplate;
  /** The file's. */
  readonly text: string;
  /** @param span of the file; so are the edits of the fixes */
  report(span: Span, message: string, help: string, fixes?: readonly Fix[], more?: FindingDetails): void;
}

export interface TemplateRule {
  /** Kebab-case, says what is wrong. */
  readonly id: string;
  readonly family: 'typescript';
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly examples: readonly TemplateExample[];
  check(context: TemplateRuleContext): void;
}

export const defineTemplateRule = (definition: Omit<TemplateRule, 'family'>): TemplateRule => ({
  ...definition,
  family: 'typescript',
});
