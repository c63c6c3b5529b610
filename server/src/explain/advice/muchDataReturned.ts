import { type Advice, count } from './advice.ts';

/** Bytes. */
const many = 10 * 1024 * 1024;

export const muchDataReturned: Advice = {
  code: 'much-data-returned',
  summary: 'Many megabytes of rows for the client: sending them is in no time of the plan.',
  of(plan) {
    const { root, json, sql } = plan;
    if (root.type === 'ModifyTable' || !/^\s*(?:$|\(|select|with|values|table)/i.test(sql)) return null;
    const volume = json.Serialization?.['Output Volume'];
    const bytes = volume === undefined ? root.allRows * (root.number('Plan Width') ?? 0) : volume * 1024;
    if (bytes < many) return null;
    const size = `${Math.round(bytes / 1024 / 1024)} MB`;
    return {
      node: root,
      message: `${count(root.allRows)} are returned, ${volume === undefined ? `about ${size} by the planner's width of a row` : size}: sending and reading them is in no time of this plan.`,
      help: 'Ask for what is used only: the columns instead of *, pages of rows, sums made in SQL. An export goes row by row with COPY or a cursor.',
      severity: 'hint',
      // what it takes is elsewhere
      saves: Math.max(json.Serialization?.Time ?? 0, 0.01 * (plan.ms ?? 0)),
    };
  },
};
