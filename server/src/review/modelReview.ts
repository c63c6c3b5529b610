/** What the rules on models find in a schema of Prisma's. */
import type { RawStmt } from '@pgsql/types';
import type { FinalSchema } from '../catalog/schema.ts';
import { modelRules } from '../rules/prisma/index.ts';
import type { ModelRuleContext } from '../rules/prisma/modelRule.ts';
import type { Finding, RelatedPlace } from '../rules/rule.ts';
import type { Declared, PrismaSchema } from '../sources/prisma/model.ts';
import type { PrismaFile } from '../sources/prisma/prismaFile.ts';
import type { Block } from '../sources/prisma/syntax.ts';
import type { Parser } from '../syntax/parser.ts';
import { silences, suppressionsIn } from './suppression.ts';

export interface ModelFinding {
  /** Its spans count in the block's text. */
  readonly finding: Finding & { readonly related?: readonly RelatedPlace[] };
  readonly at: Declared;
  /** What of the drift it tells as well. */
  readonly tells?: readonly string[];
}

export interface ModelReviewOptions {
  /** The tables behind the last migration; null where those are not known. */
  readonly history: FinalSchema | null;
  readonly takesFollowUps: boolean;
  readonly parser: Parser;
}

export function reviewModels(schema: PrismaSchema, options: ModelReviewOptions): ModelFinding[] {
  const findings: ModelFinding[] = [];
  for (const rule of modelRules) {
    const context: ModelRuleContext = {
      schema,
      history: options.history,
      takesFollowUps: options.takesFollowUps,
      isExpression: (sql) => isExpression(sql, options.parser),
      report(at, span, message, help, fixes = [], { severity = rule.severity, related, tells } = {}) {
        const { start, end } = span;
        const finding = { rule: rule.id, severity, span: { start, end }, message, help, fixes };
        findings.push({ finding: related ? { ...finding, related } : finding, at, ...(tells && { tells }) });
      },
    };
    if (rule.model) for (const model of schema.models) rule.model(model, context);
    if (rule.enum) for (const type of schema.enums) rule.enum(type, context);
  }
  return findings.filter((found) => !isSilenced(found));
}

/** By comments above the block, above the line or behind it, or anywhere in the file. */
export function isSilenced({ finding, at }: ModelFinding): boolean {
  const { block, file } = at;
  const member = block.members.find(({ start, end }) => start <= finding.span.start && finding.span.start <= end);
  return (
    silences(suppressionsIn(block.comments).statement, finding.rule) ||
    silences(suppressionsIn(member?.comments ?? '').statement, finding.rule) ||
    silences(fileSuppressions(file), finding.rule)
  );
}

const ofFiles = new WeakMap<PrismaFile, ReturnType<typeof suppressionsIn>['file']>();

function fileSuppressions(file: PrismaFile) {
  let known = ofFiles.get(file);
  if (!known) {
    known = file.blocks.flatMap(({ text }) => suppressionsIn(commentsIn(text)).file);
    ofFiles.set(file, known);
  }
  return known;
}

/** A string that mentions pgreview-ignore silences nothing. */
const commentsIn = (text: Block['text']): string =>
  text.includes('pgreview-ignore-file')
    ? [...text.matchAll(/"(?:\\.|[^"\\\r\n])*"?|(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)/g)].map(([, c = '']) => c).join('\n')
    : '';

/** Defaults in SQL, by what they are: a schema has few, and they seldom change. */
const expressions = new Map<string, boolean | null>();

function isExpression(sql: string, parser: Parser): boolean | null {
  let known = expressions.get(sql);
  if (known === undefined) {
    const outcome = parser.parse(`SELECT ${sql}\n`);
    known = outcome.kind === 'refused' ? null : outcome.kind === 'tree' && isOneSelect(outcome.stmts);
    if (expressions.size > 1000) expressions.clear();
    expressions.set(sql, known);
  }
  return known;
}

/** `1; DROP TABLE t`, `1 FROM t` and `a, b` are no expressions either. */
function isOneSelect(stmts: readonly RawStmt[]): boolean {
  const node = stmts[0]?.stmt;
  const select = stmts.length === 1 && node && 'SelectStmt' in node ? node.SelectStmt : null;
  return select?.targetList?.length === 1 && !select.fromClause && !select.op?.match(/UNION|EXCEPT|INTERSECT/);
}
