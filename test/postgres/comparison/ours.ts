/** What pgreview says of a statement, with the tables made by an earlier file. */
import type { Severity } from '../../../server/src/rules/rule.ts';
import { reviewSql, schemaAfter } from '../../harness/review.ts';
import type { Answer } from './answers.ts';
import { preamble } from './peers.ts';
import { afterFilling, schema } from './statements.ts';

const base = schemaAfter(schema + afterFilling);
const shown: readonly Severity[] = ['error', 'warning'];

export function ourAnswer(sql: string): Answer {
  const found = reviewSql(`${preamble}${sql};\n`, { schema: base, path: 'migrations/2_change.sql' });
  return {
    said: found
      .filter((f) => shown.includes(f.severity))
      .map(({ rule, message, severity }) => ({ rule: severity === 'error' ? `${rule} (error)` : rule, message })),
  };
}
