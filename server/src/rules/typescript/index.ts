/** Rules on the templates of TypeScript whose values a driver sends beside the statement. */
import parameterInQuotes from './parameterInQuotes.ts';
import type { TemplateRule } from './templateRule.ts';

export const templateRules: readonly TemplateRule[] = [parameterInQuotes];
