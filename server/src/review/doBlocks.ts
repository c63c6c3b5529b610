/** What of a DO block runs whatever its conditions are. */
import { bodiesOf } from '../syntax/bodies/body.ts';
import type { EmbeddedStatement } from '../syntax/bodies/embedded.ts';
import { commandsOf } from '../syntax/bodies/plpgsql/commands.ts';
import { type SureRuns, sureRuns } from '../syntax/bodies/plpgsql/sureRuns.ts';
import { plpgsqlBodyOf } from '../syntax/bodies/read.ts';
import type { Statement } from '../syntax/statement.ts';

/** For telling statements of a DO block that surely run from those that may not. */
export function surelyRun(statement: Statement): (embedded: EmbeddedStatement) => boolean {
  const runs = runsOf(statement);
  const [body] = bodiesOf(statement);
  if (!runs || !body) return () => false;
  const spans = runs.sure.map(({ start, end }) => ({ start: body.toStatement(start), end: body.toStatement(end) }));
  return (embedded) => {
    const at = embedded.toStatement(0);
    return spans.some(({ start, end }) => at >= start && at <= end);
  };
}

/** Whether nothing in it depends on a condition. */
export const isUnconditional = (statement: Statement): boolean => runsOf(statement)?.all === true;

/** Null where the body is not read. */
function runsOf(statement: Statement): SureRuns | null {
  const [body] = bodiesOf(statement);
  if (body?.language !== 'plpgsql') return null;
  const block = commandsOf(body.text, plpgsqlBodyOf(body, statement.parser));
  return block && sureRuns(block);
}
