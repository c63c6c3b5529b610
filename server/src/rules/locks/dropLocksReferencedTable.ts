import type { DropStmt } from '@pgsql/types';
import { nodesKey, rangeVarKey } from '../../catalog/names.ts';
import { strongLocks } from '../../facts/blocking.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { nameOf } from './relationNames.ts';

function report(named: ReadonlySet<string>, context: RuleContext): void {
  // with a lock_timeout nobody waits for long
  if (context.before.session.lockTimeout !== false) return;
  // what the transaction holds already is no news
  const held = new Set(context.before.heldLocks.filter((l) => l.mode === 'AccessExclusiveLock').map((l) => l.relation));
  const others = strongLocks(context.effects, context.before)
    .filter(({ relation, mode }) => mode === 'AccessExclusiveLock' && !named.has(relation) && !held.has(relation))
    .map(({ relation }) => relation)
    .filter((key) => {
      const relation = context.before.relation(key);
      const partition = relation?.partitionOf !== null || (relation?.partitions.length ?? 0) > 0;
      return relation?.kind === 'table' && !partition;
    })
    .map((key) => nameOf(key, context.before));
  if (others.length === 0) return;
  context.report(
    context.tokens.span(0, 1),
    `The foreign key that goes with it locks ${others.join(' and ')} as well (ACCESS EXCLUSIVE): reads and writes there wait behind this.`,
    'SET lock_timeout to a few seconds first; drop the foreign key in a transaction of its own before the rest.',
  );
}

export default defineRule({
  id: 'drop-locks-referenced-table',
  family: 'locks',
  severity: 'information',
  ofNewMigrations: true,
  docs: {
    summary:
      'Dropping a foreign key, by itself or with its column or table, where the table that it refers to is in use.',
    why: 'A foreign key is checked by triggers on both tables. Dropping it drops the ones of the other table too, which takes ACCESS EXCLUSIVE there: to drop a table that nobody uses any more may make everybody wait who uses the table it refers to, when a long transaction is reading that.',
    fine: 'lock_timeout is set elsewhere: for the role that migrates, in the connection string, or by the tool. Of migrations with ten or more behind them nothing is said: they have been run.',
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  },
  examples: [
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
      unsafe: 'DROP TABLE orders;',
      safe: "SET lock_timeout = '2s';\nALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;\nDROP TABLE orders;",
    },
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
      unsafe: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
      safe: "SET lock_timeout = '2s';\nALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const drops = stmt.cmds?.some(
        (c) =>
          'AlterTableCmd' in c &&
          (c.AlterTableCmd.subtype === 'AT_DropConstraint' || c.AlterTableCmd.subtype === 'AT_DropColumn'),
      );
      if (drops) report(new Set([rangeVarKey(stmt.relation, context.before.session.schema)]), context);
    },
    DropStmt(stmt, context) {
      if (stmt.removeType === 'OBJECT_TABLE' && stmt.behavior !== 'DROP_CASCADE')
        report(namesOf(stmt, context), context);
    },
  },
});

const namesOf = ({ objects }: DropStmt, context: RuleContext): ReadonlySet<string> =>
  new Set(
    (objects ?? []).map((object) =>
      nodesKey('List' in object ? object.List.items : undefined, context.before.session.schema),
    ),
  );
