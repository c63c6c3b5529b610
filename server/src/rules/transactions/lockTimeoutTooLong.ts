import type { Node } from '@pgsql/types';
import { defineRule } from '../rule.ts';

/** In milliseconds, Postgres's unit of lock_timeout. */
const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const tooLong = 60_000;

export default defineRule({
  id: 'lock-timeout-too-long',
  family: 'transactions',
  severity: 'information',
  docs: {
    summary: 'lock_timeout set to more than a minute.',
    why: 'While a statement waits for ACCESS EXCLUSIVE, everybody who comes later waits behind it. lock_timeout is how long that may last: at more than a minute, most of those who wait have given up before the migration does.',
    fine: 'The site is down meanwhile, or the locks are weak ones.',
    source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
  },
  examples: [
    {
      unsafe: "SET lock_timeout = '10min';",
      safe: "SET lock_timeout = '5s';",
    },
  ],
  check: {
    VariableSetStmt(stmt, context) {
      if (stmt.name !== 'lock_timeout' || stmt.kind !== 'VAR_SET_VALUE') return;
      const time = milliseconds(stmt.args?.[0]);
      if (time === null || time <= tooLong) return;
      context.report(
        context.body,
        `With this lock_timeout, everybody else may wait behind a statement of the migration for ${Math.round(time / tooLong)} minutes.`,
        'A few seconds are enough to get the lock or to fail; try again when it fails.',
      );
    },
  },
});

function milliseconds(node: Node | undefined): number | null {
  if (!node || !('A_Const' in node)) return null;
  const { ival, sval } = node.A_Const;
  if (ival) return ival.ival ?? 0;
  const [, number, unit = 'ms'] = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(sval?.sval ?? '') ?? [];
  return number === undefined ? null : Number(number) * (units[unit] as number);
}
