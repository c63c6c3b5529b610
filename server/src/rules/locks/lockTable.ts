import { blocks, sqlName, strongLocks } from '../../facts/blocking.ts';
import { defineRule } from '../rule.ts';
import { nameOf } from './relationNames.ts';

export default defineRule({
  id: 'lock-table',
  family: 'locks',
  severity: 'information',
  docs: {
    summary: 'LOCK TABLE in a mode that makes writers or readers of a table in use wait.',
    why: 'The lock is held until the transaction ends, whatever is done in between. With no mode written, LOCK TABLE takes ACCESS EXCLUSIVE, which makes even SELECT wait. What has to be kept out of the table is often less: SHARE UPDATE EXCLUSIVE lets reads and writes go on and keeps out other schema changes and a second run of the same migration; an advisory lock concerns no table at all.',
    fine: 'The rest of the transaction takes a moment and no writer may come in between.',
    source: 'https://www.postgresql.org/docs/current/sql-lock.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'BEGIN;\nLOCK TABLE orders;\nCOMMIT;',
      safe: 'BEGIN;\nLOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;\nCOMMIT;',
    },
  ],
  check: {
    LockStmt(_, context) {
      const locks = strongLocks(context.effects, context.before);
      const [first] = locks;
      if (!first) return;
      const names = locks.map((lock) => nameOf(lock.relation, context.before)).join(', ');
      context.report(
        context.body,
        `From here to the end of the transaction, ${blocks(first.mode).reads ? 'reads and writes' : 'writes'} of ${names} wait (${sqlName(first.mode)}).`,
        'Take the weakest mode that does: SHARE UPDATE EXCLUSIVE keeps other schema changes out and lets reads and writes go on. Set a lock_timeout, and COMMIT soon.',
      );
    },
  },
});
