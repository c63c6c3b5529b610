/** What a rule on Prisma's models is: one file, one default export made by {@link defineModelRule}. */
import type { FinalSchema } from '../../catalog/schema.ts';
import type { Declared, EnumType, Model, PrismaSchema } from '../../sources/prisma/model.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { FindingDetails, Fix, RuleDocs, Severity } from '../rule.ts';

export interface ModelExample {
  /** The schema as the migrations have made it; no migrations when absent. */
  readonly before?: string;
  /** What migrations have done besides, in SQL. */
  readonly migrations?: string;
  /** What is the same in both forms: other models, enums. */
  readonly schema?: string;
  /** Gets the finding. Models in Prisma's language, without datasource. */
  readonly unsafe: string;
  /** The same done well; gets no finding of this rule. With {@link safeMigrations} where that is no matter of the schema. */
  readonly safe: string;
  /** SQL of migrations that the safe form has besides. */
  readonly safeMigrations?: string;
}

export interface ModelRuleContext {
  readonly schema: PrismaSchema;
  /** The tables behind the last migration; null where no migrations are known, or not all of them. */
  readonly history: FinalSchema | null;
  /** Whether that is the expression of a default in SQL; null where it is not certain. */
  isExpression(sql: string): boolean | null;
  /** Whether fixes may bring new migrations. */
  readonly takesFollowUps: boolean;
  /** @param span of the block's text; so are the edits of the fixes */
  report(
    at: Declared,
    span: Span,
    message: string,
    help: string,
    fixes?: readonly Fix[],
    more?: ModelFindingDetails,
  ): void;
}

export interface ModelFindingDetails extends FindingDetails {
  /** What of the drift it tells as well, so that nothing else speaks of it: see `sources/prisma/driftThings.ts`. */
  readonly tells?: readonly string[];
}

export interface ModelRule {
  /** Kebab-case, says what is wrong. */
  readonly id: string;
  readonly family: 'prisma';
  readonly severity: Severity;
  /** Whether what it tells is also seen by comparing the schema with the database that the migrations make. */
  readonly ofDrift?: boolean;
  readonly docs: RuleDocs;
  readonly examples: readonly ModelExample[];
  /** Of each model and view. */
  readonly model?: (model: Model, context: ModelRuleContext) => void;
  /** Of each enum. */
  readonly enum?: (type: EnumType, context: ModelRuleContext) => void;
}

export const defineModelRule = (definition: Omit<ModelRule, 'family'>): ModelRule => ({
  ...definition,
  family: 'prisma',
});
