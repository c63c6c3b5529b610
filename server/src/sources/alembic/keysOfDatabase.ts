/** Which columns of a primary key the database fills in by itself. */
import { readColumn } from './columns.ts';
import { NotEvaluable } from './generated.ts';
import { quoted } from './identifiers.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import { numbersItself } from './types.ts';
import { type Construct, textOf, type Value } from './values.ts';

/**
 * @param table what `sa.Table(…)` or `op.create_table(…)` gave; `sa.table(…)` has no keys
 * @returns their names, quoted
 * @throws NotEvaluable where a sequence gives them
 */
export function keysOfDatabase(table: Value): Mapped[] {
  if (table.kind !== 'construct' || !/^(?:Table|create_table)$/.test(table.name)) return [];
  const parts = table.args.filter((a): a is Construct => a.kind === 'construct');
  const columns = parts.filter((p) => p.name === 'Column').map(readColumn);
  const namesIn = (kind: string): (string | null)[] =>
    parts
      .filter((p) => p.name === kind)
      .flatMap((p) => (p.args[0]?.kind === 'list' ? p.args[0].items : p.args).map(textOf));
  const written = namesIn('PrimaryKeyConstraint');
  const referring = namesIn('ForeignKeyConstraint');
  const keys = columns.filter((c) => (written.length > 0 ? written.includes(textOf(c.name)) : c.primaryKey));
  return keys.flatMap(({ name, call, type, foreignKeys }) => {
    const has = (part: string): boolean => call.args.some((a) => a.kind === 'construct' && a.name === part);
    if (has('Sequence')) throw new NotEvaluable(call.span, 'its default is a sequence');
    const auto = call.keywords.get('autoincrement');
    const told = auto?.kind === 'boolean' ? auto.value : null;
    const refers = foreignKeys.length > 0 || referring.includes(textOf(name));
    const numbers = numbersItself(type) !== null && (told ?? (keys.length === 1 && !refers));
    const filled = numbers || has('Identity') || has('DefaultClause') || isGiven(call.keywords.get('server_default'));
    return filled ? [quoted(mappedTo(textOf(name) ?? '', call.span))] : [];
  });
}

const isGiven = (value: Value | undefined): boolean => value !== undefined && value.kind !== 'none';
