/** An UPDATE of a whole table written as a loop over its primary key: each batch is a transaction of its own. */
import type { FuncCall, Node, UpdateStmt } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import type { TargetTable } from '../alterTable.ts';
import { mayAddTransactions, quoteIdentifier } from '../edits.ts';
import type { Fix, RuleContext } from '../rule.ts';

/** Rows of a batch: locked for some tenths of a second. */
const batchSize = 10_000;

/**
 * Nothing where the rows may depend on when, and behind what, they are written, and where the key to go by is not known.
 * @param stmt without WHERE
 */
export function batchFix(stmt: UpdateStmt, table: TargetTable, context: RuleContext): Fix[] {
  const relation = context.before.relation(table.key);
  const { start, end } = context.body;
  const statement = context.text.slice(start, end);
  if (!mayAddTransactions(context) || stmt.fromClause || stmt.returningClause || stmt.withClause) return [];
  // a key of a table says nothing of the rows of those that inherit from it
  if (!relation?.complete || relation.kind !== 'table' || relation.temporary || relation.inherited) return [];
  if (relation.triggers.some((t) => !t.perRow && t.events.includes('update'))) return [];
  const [key, ...others] = relation.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  const assigned = (stmt.targetList ?? []).map((t) => ('ResTarget' in t ? t.ResTarget.name : undefined));
  if (key === undefined || others.length > 0 || assigned.includes(key) || !isOfItsRowAlone(stmt.targetList, context))
    return [];
  // comments may hold anything, and placeholders are somebody else's
  if (/\$\$|--|\/\*|\{\{|%\(|(?<!:):\w/.test(statement) || relation.columns.some((c) => c.name.startsWith('batch_')))
    return [];
  const column = quoteIdentifier(key);
  const own = `${quoteIdentifier(stmt.relation?.alias?.aliasname ?? relation.name)}.${column}`;
  const from = `SELECT ${column} FROM ${table.written}`;
  const loop = [
    'DO $$',
    'DECLARE',
    `  batch_first ${table.written}.${column}%TYPE := (${from} ORDER BY ${column} LIMIT 1);`,
    `  batch_last ${table.written}.${column}%TYPE;`,
    'BEGIN',
    '  WHILE batch_first IS NOT NULL LOOP',
    `    SELECT ${column} INTO batch_last`,
    `    FROM (${from} WHERE ${column} >= batch_first ORDER BY ${column} LIMIT ${batchSize}) AS batch`,
    `    ORDER BY ${column} DESC LIMIT 1;`,
    `    ${statement} WHERE ${own} BETWEEN batch_first AND batch_last;`,
    '    COMMIT;',
    `    batch_first := (${from} WHERE ${column} > batch_last ORDER BY ${column} LIMIT 1);`,
    '  END LOOP;',
    'END $$',
  ];
  return [
    {
      title: `Update it in batches of ${batchSize} rows, each in its own transaction`,
      // when it is interrupted, some rows have been written
      safe: false,
      edits: [{ start, end, newText: loop.join('\n') }],
    },
  ];
}

/** Functions whose result depends on their arguments alone. */
const pure = new Set(
  (
    'lower upper initcap btrim ltrim rtrim lpad rpad length char_length octet_length replace translate substring substr left ' +
    'right split_part regexp_replace reverse repeat strpos position md5 round floor ceil ceiling trunc abs sign mod power sqrt ' +
    'jsonb_set jsonb_strip_nulls array_append array_remove array_replace cardinality array_length'
  ).split(' '),
);

/** Whether the new values are computed from nothing but the row. */
function isOfItsRowAlone(values: readonly Node[] | undefined, { before }: RuleContext): boolean {
  let alone = true;
  walk(values, (type, node) => {
    if (/^(?:SubLink|ParamRef|MultiAssignRef|SQLValueFunction|SetToDefault)$/.test(type)) alone = false;
    if (type !== 'FuncCall') return;
    const [name = '', ...schema] = nameParts((node as FuncCall).funcname).toReversed();
    if (!pure.has(name) || before.functions(name).length > 0 || (schema.length > 0 && schema[0] !== 'pg_catalog'))
      alone = false;
  });
  return alone;
}
