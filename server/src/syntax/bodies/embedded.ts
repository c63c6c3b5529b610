/** The SQL that the bodies of a statement run. */
import type { Node } from '@pgsql/types';
import type { Parser } from '../parser.ts';
import type { Statement } from '../statement.ts';
import { type Body, bodiesOf } from './body.ts';
import { type DynamicSql, dynamicSql } from './dynamicSql.ts';
import type { EmbeddedKind } from './plpgsql/plpgsqlBody.ts';
import { plpgsqlBodyOf, remember, sqlTextOf } from './read.ts';

export interface EmbeddedStatement {
  /** The text that the node's locations count in. */
  readonly sql: string;
  readonly node: Node;
  /** dynamic: a constant, or the template of a format(), that EXECUTE runs. */
  readonly kind: EmbeddedKind | 'dynamic';
  /** True when a `%s` of format() stood in it: the node is what it would be with a name in that place. */
  readonly guessed: boolean;
  /** Of a dynamic one: the template of a format(), with names of its own in the place of others. */
  readonly template: boolean;
  /** UTF-16 offset in `sql` → offset in the statement's text. */
  toStatement(offset: number): number;
}

const known = new WeakMap<Statement, readonly EmbeddedStatement[]>();

/**
 * The SQL inside a statement: of PL/pgSQL bodies (with its expressions, each as a SELECT), of SQL bodies in both forms,
 * and of EXECUTE where its text is written there. What does not parse is left out.
 */
export function embeddedStatements(statement: Statement, parser: Parser): readonly EmbeddedStatement[] {
  if (statement.parsed.kind !== 'tree') return [];
  const { node } = statement.parsed;
  const bodies = bodiesOf(statement);
  if (bodies.length === 0 && !('CreateFunctionStmt' in node && node.CreateFunctionStmt.sql_body)) return [];
  return remember(known, statement, () => [
    ...atomicStatements(statement, node),
    ...bodies.flatMap((body) =>
      body.language === 'sql' ? sqlStatements(body, parser) : plpgsqlStatements(body, parser),
    ),
  ]);
}

function sqlStatements(body: Body, parser: Parser): EmbeddedStatement[] {
  const { statements, starts } = sqlTextOf(body, parser);
  return statements.flatMap((statement, i) =>
    statement.parsed.kind === 'tree'
      ? [
          {
            sql: statement.text,
            node: statement.parsed.node,
            kind: 'statement' as const,
            guessed: false,
            template: false,
            toStatement: (offset: number) => body.toStatement(offset + (starts[i] as number)),
          },
        ]
      : [],
  );
}

function plpgsqlStatements(body: Body, parser: Parser): EmbeddedStatement[] {
  const read = plpgsqlBodyOf(body, parser);
  const found: EmbeddedStatement[] = [];
  for (const { kind, sql, parsed, toBody } of read.statements) {
    const node = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
    if (node)
      found.push({
        sql,
        node,
        kind,
        guessed: false,
        template: false,
        toStatement: (offset) => body.toStatement(toBody(offset)),
      });
  }
  for (const { start, end } of read.dynamic) {
    const dynamic = dynamicSql(body.text, start, end);
    if (dynamic) found.push(...dynamicStatements(body, dynamic, parser));
  }
  return found.sort((a, b) => a.toStatement(0) - b.toStatement(0));
}

function dynamicStatements(body: Body, dynamic: DynamicSql, parser: Parser): EmbeddedStatement[] {
  const outcome = parser.parse(dynamic.sql);
  if (outcome.kind !== 'tree') return [];
  return outcome.stmts.flatMap(({ stmt }) =>
    stmt
      ? [
          {
            sql: dynamic.sql,
            node: stmt,
            kind: 'dynamic' as const,
            guessed: dynamic.guessed,
            template: dynamic.template,
            toStatement: (offset: number) => body.toStatement(dynamic.toBody(offset)),
          },
        ]
      : [],
  );
}

/** RETURN value, or BEGIN ATOMIC … END: these stand in the statement's own tree. */
function atomicStatements(statement: Statement, node: Node): EmbeddedStatement[] {
  const body = 'CreateFunctionStmt' in node ? node.CreateFunctionStmt.sql_body : undefined;
  const nodes = (n: Node): Node[] => ('List' in n ? (n.List.items ?? []).flatMap(nodes) : [n]);
  return (body ? nodes(body) : []).map((inner) => ({
    sql: statement.text,
    node: inner,
    kind: 'ReturnStmt' in inner ? ('expression' as const) : ('statement' as const),
    guessed: false,
    template: false,
    toStatement: (offset: number) => offset,
  }));
}
