/**
 * Plans of Citus: FORMAT JSON, XML and YAML hide what runs on the workers in fields of a Custom Scan, text shows it as nodes
 * below it. Here it becomes nodes, as in text (citus: src/backend/distributed/planner/multi_explain.c).
 */
import type { JsonNode, JsonPlan } from '../plan.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The plan with the tasks, subplans and jobs of Citus as nodes; the plan itself where there are none. */
export function withTasks(plan: JsonPlan): JsonPlan {
  const Plan = nodeWithTasks(plan.Plan);
  return Plan === plan.Plan ? plan : { ...plan, Plan };
}

/** Groups of fields that hold plans. */
const groups = ['Distributed Query', 'Select Query', 'Source Query'];

function nodeWithTasks(node: JsonNode): JsonNode {
  const own = node.Plans?.map(nodeWithTasks);
  const isSame = own === undefined || own.every((child, i) => child === node.Plans?.[i]);
  if (node['Node Type'] !== 'Custom Scan' || !groups.some((group) => group in node))
    return isSame ? node : { ...node, Plans: own };
  const below = groups.flatMap((group) => queryNodes(fieldsOf(node[group])));
  const told = groups.map((group) => fieldsOf(node[group])).map((query) => plainFields(fieldsOf(query.Job)));
  const kept = Object.fromEntries(Object.entries(node).filter(([key]) => !groups.includes(key)));
  return Object.assign({}, kept, ...told, { Plans: [...(own ?? []), ...below] }) as JsonNode;
}

function queryNodes(query: Fields): JsonNode[] {
  const { Plan: plan, Subplans: subplans, Job: job } = query;
  return [
    ...listOf(subplans).map((subplan) => nodeOf('Distributed Subplan', subplan, plansIn(subplan.PlannedStmt))),
    ...jobNodes(fieldsOf(job)),
    ...(isNode(plan) ? [nodeWithTasks(plan)] : []),
  ];
}

function jobNodes(job: Fields): JsonNode[] {
  const tasks = listOf(job.Tasks).map((task) => nodeOf('Task', task, plansIn(task['Remote Plan'])));
  const jobs = listOf(job['Dependent Jobs']).map((other) => nodeOf('MapMergeJob', other, jobNodes(other)));
  return [...tasks, ...jobs];
}

const nodeOf = (type: string, fields: Fields, below: readonly JsonNode[]): JsonNode =>
  ({
    'Node Type': type,
    'Parent Relationship': 'Outer',
    ...plainFields(fields),
    ...(below.length > 0 ? { Plans: below.map((node) => ({ 'Parent Relationship': 'Outer', ...node })) } : {}),
  }) as JsonNode;

/** A plan of another server stands in lists of lists, each time in another way. */
function plansIn(value: unknown): JsonNode[] {
  if (value === null || typeof value !== 'object') return [];
  const { Plan: plan } = value as Fields;
  if (isNode(plan)) return [nodeWithTasks(plan)];
  return Object.values(value).flatMap(plansIn);
}

const isNode = (value: unknown): value is JsonNode => typeof fieldsOf(value)['Node Type'] === 'string';
const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const plainFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value === null || typeof value !== 'object'));
