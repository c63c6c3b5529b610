import type { StatementType } from '../rule.ts';
import { defineRule, type RuleContext } from '../rule.ts';

/** NAMEDATALEN - 1: bytes of a name. */
const longest = 63;

/** Statements that give names. */
const naming: readonly StatementType[] = [
  'CreateStmt',
  'IndexStmt',
  'AlterTableStmt',
  'RenameStmt',
  'ViewStmt',
  'CreateTrigStmt',
  'CreatePolicyStmt',
  'CreateSeqStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
];

export default defineRule({
  id: 'identifier-truncated',
  family: 'breaking',
  severity: 'information',
  docs: {
    summary: 'A name of more than 63 bytes.',
    why: 'Postgres cuts names off after 63 bytes and tells it in a notice only. The object is then called otherwise than the code believes: a look into the catalog does not find it, and two long names that begin the same are one. Letters beyond ASCII take two bytes and more.',
    fine: 'Nobody looks the name up, and no other name begins the same.',
    source: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe:
        'CREATE INDEX CONCURRENTLY index_orders_on_customer_id_for_the_list_of_open_orders_of_a_cutomer ON orders (customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY index_orders_on_customer_id_for_the_list_of_open_orders_of_a_cu ON orders (customer_id);',
    },
  ],
  check: Object.fromEntries(
    naming.map((type) => [type, (_: unknown, context: RuleContext) => judge(context)] as const),
  ),
});

const encoder = new TextEncoder();

/** Every name in the statement: where a long one is used again, it is cut off as well. */
function judge(context: RuleContext): void {
  const { text, tokens, body } = context;
  // nearly every statement: no long word
  if (!/[\w$\u0080-\uffff]{22,}|"[^"]{22,}"/.test(text.slice(body.start, body.end))) return;
  for (const { kind, start, end } of tokens.all) {
    const written = text.slice(start, end);
    const quoted = written.startsWith('"');
    if ((kind !== 'word' && !quoted) || /^u&/i.test(written)) continue;
    const name = quoted ? written.slice(1, -1).replaceAll('""', '"') : written;
    if (encoder.encode(name).length <= longest) continue;
    const cut = clipped(name);
    context.report({ start, end }, `Postgres cuts this name off after 63 bytes: ${cut}.`, 'Choose a shorter name.', [
      {
        title: 'Write the name as Postgres keeps it',
        safe: true,
        edits: [{ start, end, newText: quoted ? `"${cut.replaceAll('"', '""')}"` : cut }],
      },
    ]);
  }
}

/** As many whole characters as fit. */
function clipped(name: string): string {
  let cut = '';
  let bytes = 0;
  for (const character of name) {
    bytes += encoder.encode(character).length;
    if (bytes > longest) break;
    cut += character;
  }
  return cut;
}
