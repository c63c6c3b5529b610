/** Valid statements, damaged at random: whatever is said about them must hold. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits, beforeEdits } from '../../server/src/syntax/errors/edits.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { tokenize } from '../../server/src/text/lexer.ts';
import { parser } from '../harness/parser.ts';
import { findingsOf } from '../harness/syntaxFixture.ts';

const statements = [
  "SELECT o.id, sum(i.price * i.quantity) AS total FROM orders o JOIN items i ON i.order_id = o.id WHERE o.status IN ('paid', 'sent') AND o.created_at > now() - interval '1 day' GROUP BY o.id HAVING count(*) > 1 ORDER BY total DESC NULLS LAST LIMIT 10 OFFSET 5;",
  'WITH recent AS (SELECT * FROM orders WHERE id > $1) UPDATE customers c SET seen = true, "order" = r.id FROM recent r WHERE r.customer_id = c.id RETURNING c.id;',
  "INSERT INTO customers (id, name, tags) VALUES (1, 'it''s me', ARRAY['a', 'b']), (2, 'größe 👍', '{}') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;",
  'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customers (id) ON DELETE CASCADE, total numeric(10, 2) DEFAULT 0 CHECK (total >= 0), note varchar(20) COLLATE "C", UNIQUE (customer_id, note));',
  "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '', DROP COLUMN old, ALTER COLUMN total TYPE numeric(12, 2), ADD CONSTRAINT c CHECK (total > 0) NOT VALID;",
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_idx ON orders USING btree (customer_id, lower(note) DESC) WHERE deleted_at IS NULL;',
  'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;',
  'CREATE POLICY tenant ON orders FOR ALL TO app USING (tenant_id = current_tenant()) WITH CHECK (true);',
  "DELETE FROM orders WHERE CASE WHEN a THEN b ELSE c END OR id BETWEEN 1 AND 2 OR name LIKE 'x%' -- the old ones\n AND id NOT IN (SELECT order_id FROM items);",
  'SELECT a, rank() OVER (PARTITION BY b ORDER BY c) FROM t LEFT JOIN LATERAL (SELECT 1) x ON true UNION ALL (SELECT b, 2 FROM u EXCEPT SELECT c, 3 FROM v);',
];
const noise = [
  ',',
  ')',
  '(',
  "'",
  '"',
  '`',
  '[',
  ']',
  '$$',
  '/*',
  '#',
  '//',
  '=',
  '&&',
  '!',
  'FROM',
  'WHERE',
  'user',
  'GO',
  'TOP',
  ';',
  '1',
  'IF NOT EXISTS',
  '\u00a0',
  '‘',
  '≠',
  '%(x)s',
  ':x',
  '\\g',
  '{{ x }}',
];

const damaged = fc
  .record({
    sql: fc.constantFrom(...statements),
    at: fc.nat(1000),
    kind: fc.constantFrom('remove', 'double', 'swap', 'insert', 'letters', 'cut'),
    noise: fc.constantFrom(...noise),
  })
  .map(({ sql, at, kind, noise }) => {
    const tokens = tokenize(sql);
    const token = tokens[at % tokens.length] as { start: number; end: number };
    const next = tokens[(at % tokens.length) + 1];
    const word = sql.slice(token.start, token.end);
    const put = (text: string, end = token.end): string => sql.slice(0, token.start) + text + sql.slice(end);
    if (kind === 'remove') return put('');
    if (kind === 'double') return put(`${word} ${word}`);
    if (kind === 'swap' && next) return put(`${sql.slice(next.start, next.end)} ${word}`, next.end);
    if (kind === 'letters' && word.length > 2) return put((word[1] as string) + (word[0] as string) + word.slice(2));
    if (kind === 'cut') return sql.slice(0, token.end);
    return put(`${word} ${noise}`);
  });

describe('what is said about damaged statements', () => {
  it('marks a place inside the statement, and every fix brings the parser further', () => {
    fc.assert(
      fc.property(damaged, (sql) => {
        findingsOf(sql, parser).forEach((finding, i) => {
          for (const { span } of [finding, ...(finding.related ?? [])])
            assert.ok(0 <= span.start && span.start <= span.end && span.end <= sql.length, finding.message);
          assert.ok(finding.message.length > 10 && finding.message.length < 400 && !finding.message.includes('\n'));
          for (const fix of finding.fixes) {
            const after = applyEdits(sql, fix.edits);
            const next = errorsOf(after)[i];
            const moved = next === undefined ? Number.POSITIVE_INFINITY : (beforeEdits(next, fix.edits) ?? -1);
            assert.ok(moved > (errorsOf(sql)[i] as number), `${finding.message} ${fix.title}: ${after}`);
          }
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('is one message for each statement', () => {
    fc.assert(
      fc.property(damaged, (sql) => {
        const broken = SqlText.of(sql, parser).statements.filter((s) => s.parsed.kind === 'error').length;
        const unended = SqlText.of(sql, parser).statements.length;
        const found = findingsOf(sql, parser).length;
        assert.ok(found >= broken && found <= unended);
      }),
      { numRuns: 300 },
    );
  });
});

/** Where Postgres points in each broken statement; a missing `;` is an error at its statement's end. */
function errorsOf(sql: string): number[] {
  const text = SqlText.of(sql, parser);
  return text.statements.flatMap((statement, i) => {
    const start = text.starts[i] as number;
    if (statement.parsed.kind === 'error') return [start + statement.parsed.problem.offset];
    const followed = text.statements.slice(i + 1).some((s) => s.bodyEnd > s.bodyStart);
    const hidden = tokenize(sql, start + statement.bodyEnd).some((token) => token.unterminated);
    if (statement.parsed.kind === 'tree' && !statement.terminated && (followed || hidden))
      return [start + statement.bodyEnd];
    return [];
  });
}
