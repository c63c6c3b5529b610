/** The tables and columns that DECLARE takes types from: `users%ROWTYPE`, `users.email%TYPE`. */
import type { Scope, Variable } from '../../syntax/bodies/plpgsql/plpgsqlBody.ts';
import { visibleAt } from '../../syntax/bodies/plpgsql/variables.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { type Span, Tokens } from '../../syntax/tokens.ts';
import { identifierIn } from './nearest.ts';

interface Named {
  readonly name: string;
  /** In the statement. */
  readonly place: Span;
}

export interface DeclaredType {
  readonly schema: string | undefined;
  readonly table: Named;
  /** Null for %ROWTYPE. */
  readonly column: Named | null;
}

export function declaredTypes(program: WrittenProgram): DeclaredType[] {
  return program.scope ? inScope(program.scope, program) : [];
}

const inScope = ({ variables, scopes }: Scope, program: WrittenProgram): DeclaredType[] => [
  ...variables.flatMap((variable) => typeOf(variable, program) ?? []),
  ...scopes.flatMap((scope) => inScope(scope, program)),
];

function typeOf({ type, end }: Variable, program: WrittenProgram): DeclaredType | null {
  const copied = /%\s*(row)?type\b/i.exec(type);
  const start = copied ? program.text.indexOf(type, end) : -1;
  if (!copied || start < 0) return null;
  const tokens = new Tokens(program.text, start, start + copied.index);
  const names: Named[] = [];
  for (let i = 0; i < tokens.length; i += 2)
    names.push({ name: identifierIn(tokens.written(i)), place: program.span(tokens.span(i)) });
  const column = copied[1] ? null : (names.pop() ?? null);
  const table = names.pop();
  // the type of another variable
  if (!table || names.length > 1 || (!copied[1] && !column)) return null;
  if (names.length === 0 && visibleAt(start, program.body, program.routine).meaningOf([table.name])) return null;
  if (visibleAt(start, program.body, program.routine).labels.includes(table.name)) return null;
  return { schema: names[0]?.name, table, column };
}
