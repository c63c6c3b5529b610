/** The few keywords that are offered: those that often come next. */
import type { WordAtCursor } from './cursor.ts';

export const statementWords: readonly string[] = [
  'select',
  'insert into',
  'update',
  'delete from',
  'with',
  'alter table',
  'create table',
  'create index concurrently',
  'create unique index concurrently',
  'create view',
  'create type',
  'create function',
  'drop table',
  'drop index concurrently',
  'truncate',
  'comment on',
  'grant',
  'set',
  'begin',
  'commit',
  'explain',
];

const joins = ['join', 'left join', 'cross join', 'join lateral'];
const tail = ['group by', 'order by', 'limit', 'union all'];

const byClause: Readonly<Record<string, readonly string[]>> = {
  select: ['from', 'as', 'filter', 'over'],
  from: [...joins, 'where', ...tail, 'as', 'on', 'for update'],
  join: ['on', 'using', 'as'],
  using: ['where', ...joins, ...tail],
  on: ['and', 'or', 'where', ...joins, ...tail],
  where: ['and', 'or', 'in', 'is null', 'is not null', 'like', 'between', 'returning', ...tail],
  group: ['having', 'order by', 'limit'],
  having: ['and', 'or', 'order by', 'limit'],
  order: ['asc', 'desc', 'nulls last', 'limit', 'offset'],
  limit: ['offset'],
  set: ['from', 'where', 'returning'],
  into: ['values', 'select', 'default values'],
  values: ['on conflict', 'returning'],
  returning: ['as'],
  expression: ['case', 'not', 'exists', 'null', 'true', 'false', 'distinct', 'current_timestamp'],
};

const alterations = [
  'add column',
  'add constraint',
  'alter column',
  'drop column',
  'drop constraint',
  'rename column',
  'rename to',
  'validate constraint',
];

/** @param clause the keyword that the place belongs to, '' outside of queries */
export function keywordsAfter(clause: string, { before }: WordAtCursor): readonly string[] {
  const first = before.at(0);
  if (first === 'update' && clause === '') return ['set'];
  if (first === 'delete' && clause === 'from') return ['where', 'using', 'returning'];
  if (first === 'alter' && before.at(1) === 'table') return before.length <= 5 ? alterations : [];
  return byClause[clause] ?? [];
}
