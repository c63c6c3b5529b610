/** What `execute` is given: SQL, or a construct of SQLAlchemy that stands for a statement. */
import { statement, textSql } from './clauses.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { tableName } from './identifiers.ts';
import type { Value } from './values.ts';

/** A string of SQL, text(), or a construct that stands for a statement. */
export function executed(value: Value): Part[][] {
  if (value.kind === 'string') return value.mapped.text.trim() === '' ? [] : [[textSql(value)]];
  if (value.kind === 'construct') {
    const [first] = value.args;
    if ((value.name === 'text' || value.name === 'DDL') && first?.kind === 'string') return executed(first);
    if (value.name === 'bindparams' && value.on) return executed(value.on);
    if (value.name === 'CreateSequence' || value.name === 'DropSequence') {
      const sequence = first?.kind === 'construct' ? first : null;
      const words = value.name === 'CreateSequence' ? 'CREATE SEQUENCE ' : 'DROP SEQUENCE ';
      if (
        !sequence ||
        sequence.args.length > 1 ||
        [...sequence.keywords.keys()].some((k) => k !== 'schema' && k !== 'name')
      )
        throw new NotEvaluable(value.span, 'the sequence is not known');
      return [
        [
          words,
          ...tableName(sequence.args[0] ?? sequence.keywords.get('name'), sequence.keywords.get('schema'), value.span),
        ],
      ];
    }
  }
  return [statement(value)];
}
