import { type Advice, count } from './advice.ts';

/** Milliseconds below which nobody cares. */
const least = 20;
const manyRelations = 8;

export const planningTakesLong: Advice = {
  code: 'planning-takes-long',
  summary: 'Planning the statement took longer than running it.',
  of(plan) {
    const planning = plan.json['Planning Time'];
    const running = plan.json['Execution Time'];
    if (planning === undefined || running === undefined || planning < least || planning < running) return null;
    const relations = plan.nodes.filter(({ table }) => table !== null).length;
    const read = (plan.json.Planning as Readonly<Record<string, unknown>> | undefined)?.['Shared Read Blocks'];
    const cold = typeof read === 'number' && read > 100;
    const why = cold
      ? ` It read ${count(read, 'page')} of the catalog from outside of shared buffers: the next time may be faster.`
      : '';
    const many =
      relations >= manyRelations
        ? ` The plan reads ${relations} tables and partitions: fewer joins, or a condition on the partition key, leave less to weigh.`
        : '';
    return {
      node: plan.root,
      message: `Planning took ${planning.toFixed(1)} ms, running ${running.toFixed(1)} ms.${why}`,
      help: `A prepared statement on a connection that is kept (a pool) is planned a few times and then no more.${many}`,
      severity: 'information',
      saves: planning,
    };
  },
};
