/** The partitions that a CREATE TABLE … PARTITION OF or an ALTER TABLE … ATTACH PARTITION adds. */
import type { AlterTableStmt, CreateStmt, PartitionBoundSpec, RangeVar } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { Span, Tokens } from '../../syntax/tokens.ts';
import type { RuleContext } from '../rule.ts';

export interface NewPartition {
  /** Key of the partition and of its parent. */
  readonly key: string;
  readonly parent: string;
  /** As written. */
  readonly name: string;
  readonly parentName: string;
  readonly bound: PartitionBoundSpec;
  /** From FROM, IN or WITH to its last parenthesis; DEFAULT alone. */
  readonly span: Span;
}

export function newPartitions(
  stmt: CreateStmt | AlterTableStmt,
  context: Pick<RuleContext, 'tokens' | 'text'>,
  schema: string,
): NewPartition[] {
  const found: NewPartition[] = [];
  const add = (
    child: RangeVar | undefined,
    parent: RangeVar | undefined,
    bound: PartitionBoundSpec | undefined,
  ): void => {
    if (!child || !parent || !bound) return;
    const written = (relation: RangeVar): string => {
      const at = context.tokens.at(relation.location ?? 0);
      const { start, end } = context.tokens.span(at, context.tokens.afterName(at) - 1);
      return context.text.slice(start, end);
    };
    found.push({
      key: rangeVarKey(child, schema),
      parent: rangeVarKey(parent, schema),
      name: written(child),
      parentName: written(parent),
      bound,
      span: spanOf(bound, context.tokens),
    });
  };
  if ('cmds' in stmt) {
    for (const node of (stmt as AlterTableStmt).cmds ?? []) {
      const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
      if (command?.subtype === 'AT_AttachPartition' && command.def && 'PartitionCmd' in command.def)
        add(command.def.PartitionCmd.name, stmt.relation, command.def.PartitionCmd.bound);
    }
  } else {
    const create = stmt as CreateStmt;
    const parent = create.inhRelations?.[0];
    add(create.relation, parent && 'RangeVar' in parent ? parent.RangeVar : undefined, create.partbound);
  }
  return found;
}

function spanOf(bound: PartitionBoundSpec, tokens: Tokens): Span {
  const first = tokens.at(bound.location ?? 0);
  if (bound.is_default) return tokens.span(first);
  let last = closing(tokens, first);
  if (tokens.word(last + 1) === 'to') last = closing(tokens, last + 1);
  return tokens.span(first, last);
}

/** Index of the parenthesis that closes the next one at or behind `i`. */
function closing(tokens: Tokens, i: number): number {
  let depth = 0;
  for (let at = i; at < tokens.length; at++) {
    if (tokens.word(at) === '(') depth++;
    else if (tokens.word(at) === ')' && --depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The other partitions of the parent, each as the files know it. */
export const siblingsOf = (partition: NewPartition, parent: Relation, schema: SchemaReader): (Relation | undefined)[] =>
  parent.partitions.filter((key) => key !== partition.key).map((key) => schema.relation(key));
