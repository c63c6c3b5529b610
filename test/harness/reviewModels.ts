/** Reviews models in Prisma's language as a schema.prisma would be, for tests. */
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import { finalSchema } from '../../server/src/catalog/finalSchema.ts';
import { PrismaSchemas } from '../../server/src/prismaSchemas.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { parser } from './parser.ts';
import { withDatasource } from './prismaEngine.ts';
import { schemaAfter } from './review.ts';

export interface ModelsOptions {
  /** SQL of the migrations, or the schema that they leave; none when absent. */
  readonly migrations?: string | Catalog;
  readonly takesFollowUps?: boolean;
}

export interface FoundInModels extends Finding {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** 0-based, of `start`. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** The text after a fix. */
  fixed(i?: number): string;
}

export function reviewModels(
  models: string,
  { migrations, takesFollowUps = false }: ModelsOptions = {},
): FoundInModels[] {
  const text = withDatasource(models);
  const added = text.length - models.length;
  const schemas = new PrismaSchemas(parser);
  schemas.open('file:///schema.prisma', text);
  const catalog = typeof migrations === 'string' ? schemaAfter(migrations) : migrations;
  const base = { history: catalog ? finalSchema(catalog) : null, takesFollowUps };
  return schemas.review('file:///schema.prisma', base).map(({ finding, range, statementStart }) => {
    const [start, end] = [range.start - added, range.end - added];
    const lineStart = models.lastIndexOf('\n', start - 1) + 1;
    return {
      ...finding,
      start,
      end,
      line: models.slice(0, lineStart).split('\n').length - 1,
      column: start - lineStart,
      text: models.slice(start, end),
      fixed(i = 0) {
        const fix = finding.fixes[i];
        if (!fix) throw new Error(`${finding.rule} has no fix number ${i}.`);
        const edits = fix.edits.map((edit, order) => ({ ...edit, order }));
        edits.sort((a, b) => b.start - a.start || b.order - a.order);
        return edits.reduce(
          (t, edit) =>
            t.slice(0, statementStart - added + edit.start) + edit.newText + t.slice(statementStart - added + edit.end),
          models,
        );
      },
    };
  });
}
