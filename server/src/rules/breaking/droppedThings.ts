/** What a statement drops, with what depends on each: for drop-with-dependents and drop-cascade. */
import type { AlterTableStmt, DropStmt } from '@pgsql/types';
import type { Span } from '../../syntax/tokens.ts';
import { commandsOf } from '../alterTable.ts';
import type { RuleContext } from '../rule.ts';
import { type DependentObject, dependentsOfColumn, dependentsOfRelation, foreignKeysTo } from './dependents.ts';
import { droppedObjects } from './dropped.ts';

export interface DroppedThing {
  /** In words: `table orders`. */
  readonly what: string;
  readonly span: Span;
  readonly dependents: readonly DependentObject[];
  /** Key of the relation. */
  readonly key: string;
  readonly cascades: boolean;
}

const relations: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FOREIGN_TABLE: 'foreign table',
};

export function droppedByDrop(stmt: DropStmt, context: RuleContext): DroppedThing[] {
  const kind = relations[stmt.removeType ?? ''];
  if (!kind) return [];
  const objects = droppedObjects(stmt, context);
  const along = new Set(objects.map((o) => o.key));
  const cascades = stmt.behavior === 'DROP_CASCADE';
  return objects.flatMap(({ key, written, span }) => {
    const relation = context.before.relation(key);
    if (!relation) return [];
    const dependents = dependentsOfRelation(relation, along, context.before);
    return [{ what: `${kind} ${written}`, span, dependents, key, cascades }];
  });
}

export function droppedByAlter(stmt: AlterTableStmt, context: RuleContext): DroppedThing[] {
  const things: DroppedThing[] = [];
  const along = new Set<string>();
  for (const { command, table, span } of commandsOf(stmt, context)) {
    const { relation, key } = table;
    const name = command.name ?? '';
    const cascades = command.behavior === 'DROP_CASCADE';
    if (!relation) continue;
    if (command.subtype === 'AT_DropColumn') {
      const dependents = dependentsOfColumn(relation, name, along, context.before, context.targetVersion);
      things.push({ what: `column ${name} of ${table.written}`, span, dependents, key, cascades });
      along.add(name);
    } else if (command.subtype === 'AT_DropConstraint') {
      const constraint = relation.constraints.find((c) => c.name === name);
      if (constraint?.kind !== 'primary' && constraint?.kind !== 'unique') continue;
      const dependents = foreignKeysTo(relation, constraint.columns);
      things.push({ what: `constraint ${name} of ${table.written}`, span, dependents, key, cascades });
    }
  }
  return things;
}
