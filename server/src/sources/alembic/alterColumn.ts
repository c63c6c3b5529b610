/** `alter_column`: a statement for each thing that changes. */
import { clause } from './clauses.ts';
import { defaultSql, enumCheck, flag, given, identitySql } from './columns.ts';
import type { Constraint } from './constraints.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { identifier, tableName } from './identifiers.ts';
import type { Operation } from './interpreter.ts';
import { mappedTo } from './mapped.ts';
import { alterTable, commentSql, Given, type Made, namingOf } from './operationParts.ts';
import { typeSql } from './types.ts';
import type { Value } from './values.ts';
/** @throws NotEvaluable */
export function alterColumn(operation: Operation, made: Made): Part[][] {
  const of = new Given(operation, ['table_name', 'column_name']);
  const { span } = operation;
  const alter = alterTable(of, span);
  const column = identifier(of.get('column_name'), 'column', span);
  const statements: Part[][] = [];
  const type = given(of.get('type_'));
  const existing = given(of.get('existing_type'));
  const check = (written: Value): Constraint | null =>
    enumCheck(
      { type: written, name: of.get('column_name') as Value, sqlName: column, call: operation },
      namingOf(of, made),
    );
  if (type && existing && check(existing)) {
    const name = existing.kind === 'construct' ? existing.keywords.get('name') : undefined;
    const dropped = namingOf(of, made).name({ kind: 'ck', name, columns: [], at: span });
    if (!dropped) throw new NotEvaluable(existing.span, 'the name of its constraint is not known');
    statements.push([...alter, ' DROP CONSTRAINT ', dropped]);
  }
  if (type) {
    const using = given(of.get('postgresql_using'));
    const conversion =
      using?.kind === 'string' ? [' USING ', using.mapped] : using ? [' USING ', ...clause(using)] : [];
    statements.push([...alter, ' ALTER COLUMN ', column, ' TYPE ', ...typeSql(type, span), ...conversion]);
  }
  const nullable = given(of.get('nullable'));
  if (nullable)
    statements.push([
      ...alter,
      ' ALTER COLUMN ',
      column,
      ' ',
      mappedTo(flag(nullable) ? 'DROP NOT NULL' : 'SET NOT NULL', nullable.span),
    ]);
  const value = of.get('server_default');
  // False says that it stays as it is
  if (value && !(value.kind === 'boolean' && !value.value))
    statements.push([...alter, ' ALTER COLUMN ', column, ...changedDefault(value, of.get('existing_server_default'))]);
  const comment = of.get('comment');
  if (comment && !(comment.kind === 'boolean' && !comment.value))
    statements.push([
      'COMMENT ON COLUMN ',
      ...tableName(of.get('table_name'), of.get('schema'), span),
      '.',
      column,
      ' IS ',
      ...commentSql(comment, span),
    ]);
  const renamed = given(of.get('new_column_name'));
  if (renamed) statements.push([...alter, ' RENAME ', column, ' TO ', identifier(renamed, 'column', span)]);
  const added = type && check(type);
  if (added) statements.push([...alter, ' ADD ', ...added.sql]);
  return statements;
}

function changedDefault(value: Value, existing: Value | undefined): Part[] {
  const had = existing?.kind === 'construct' ? existing.name : '';
  if (value.kind === 'none') return [mappedTo(had === 'Identity' ? ' DROP IDENTITY' : ' DROP DEFAULT', value.span)];
  if (value.kind === 'construct' && value.name === 'Identity') {
    // Alembic takes it for a change of an identity unless it is told that there is no default
    if (existing?.kind !== 'none') throw new NotEvaluable(value.span, 'how the identity changes is not worked out');
    return [' ADD ', ...identitySql(value)];
  }
  if (had === 'Identity' || had === 'Computed')
    throw new NotEvaluable(value.span, 'how the column changes is not worked out');
  return [' SET DEFAULT ', ...defaultSql(value)];
}
