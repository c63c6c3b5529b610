/** What goes with a function that is dropped with CASCADE. */
import type { FuncCall, Node } from '@pgsql/types';
import { walk } from '../syntax/walk.ts';
import { removePolicy } from './applyPolicies.ts';
import type { Relation } from './catalog.ts';
import { removeIndex } from './indexParts.ts';
import { nameParts } from './names.ts';
import type { FunctionDefinition } from './objects.ts';
import { change } from './relations.ts';
import { removeColumn, removeConstraint, removeRelation } from './removal.ts';
import type { SchemaWriter } from './schema.ts';
import { removeTrigger } from './triggerParts.ts';

/**
 * Removes policies, constraints, defaults, generated columns, indexes, views and triggers that call it.
 * @param dropped those that are gone, of one name
 */
export function removeUsers(schema: SchemaWriter, name: string, dropped: readonly FunctionDefinition[]): void {
  if (dropped.length === 0) return;
  const left = schema.functions(name);
  const calls = (node: Node | null | undefined): boolean => {
    let found = false;
    walk(node, (type, inner) => {
      const call = inner as FuncCall;
      if (type === 'FuncCall' && nameParts(call.funcname).at(-1) === name && isOneOf(call, dropped)) found = true;
    });
    return found;
  };
  for (const key of schema.contentsOf(null).relations) {
    const relation = schema.relation(key);
    if (!relation || !mayUse(relation)) continue;
    for (const { name: trigger, functionName } of relation.triggers)
      if (
        functionName.at(-1) === name &&
        dropped.some((f) => f.arguments.length === 0 && isIn(functionName, f, schema))
      )
        removeTrigger(schema, key, trigger);
    // which of several functions a call means depends on types
    const isOther = left.some((f) => dropped.some((d) => d.arguments.length === f.arguments.length));
    const goes = (node: Node | null | undefined): boolean => {
      if (!calls(node)) return false;
      if (isOther) schema.markDoubt(`of ${key}`);
      return !isOther;
    };
    removeParts(schema, key, relation, goes);
  }
}

/** The triggers of a function that has another name or schema now. */
export function moveTriggersOf(schema: SchemaWriter, from: FunctionDefinition, to: FunctionDefinition): void {
  if (from.arguments.length > 0) return;
  for (const key of schema.relationsWithTriggerOf(from.name))
    change(schema, key, (relation) => ({
      ...relation,
      triggers: relation.triggers.map((trigger) =>
        trigger.functionName.at(-1) === from.name && isIn(trigger.functionName, from, schema)
          ? { ...trigger, functionName: [to.schema, to.name] }
          : trigger,
      ),
    }));
}

function removeParts(
  schema: SchemaWriter,
  key: string,
  relation: Relation,
  goes: (node: Node | null | undefined) => boolean,
): void {
  if (relation.kind === 'index') {
    const parts = [...(relation.index?.keys.map((k) => k.expression) ?? []), relation.index?.where];
    if (parts.some(goes)) removeIndex(schema, key);
    return;
  }
  if (goes(relation.query)) {
    removeRelation(schema, key);
    return;
  }
  for (const { name, using, check } of relation.policies)
    if (goes(using) || goes(check)) removePolicy(schema, key, name);
  for (const { name, expression } of relation.constraints)
    if (name !== null && goes(expression)) removeConstraint(schema, key, name);
  for (const column of relation.columns) {
    if (goes(column.generated?.expression)) removeColumn(schema, key, column.name);
    else if (goes(column.default))
      change(schema, key, (table) => ({
        ...table,
        columns: table.columns.map((c) => (c.name === column.name ? { ...c, hasDefault: false, default: null } : c)),
      }));
  }
}

const mayUse = ({ kind, query, policies, constraints, columns, triggers }: Relation): boolean =>
  kind === 'index' ||
  query !== null ||
  policies.length > 0 ||
  triggers.length > 0 ||
  constraints.some((c) => c.expression !== null) ||
  columns.some((c) => c.default !== null || c.generated !== null);

const isIn = (written: readonly string[], { schema }: FunctionDefinition, { session }: SchemaWriter): boolean =>
  (written.at(-2) ?? session.schema) === schema;

/** By the number of arguments, and the schema where the call has one. */
function isOneOf({ funcname, args }: FuncCall, functions: readonly FunctionDefinition[]): boolean {
  const schema = nameParts(funcname).at(-2);
  const given = args?.length ?? 0;
  return functions.some((f) => {
    const inputs = f.arguments.filter(({ mode }) => mode !== 'out' && mode !== 'table');
    const needed = inputs.filter((a) => !a.hasDefault && a.mode !== 'variadic').length;
    const most = inputs.some((a) => a.mode === 'variadic') ? Number.POSITIVE_INFINITY : inputs.length;
    return (schema === undefined || schema === f.schema) && given >= needed && given <= most;
  });
}
