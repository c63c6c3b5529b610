/** Which search path the SQL in a function's body is read with. */
import type { Node } from '@pgsql/types';
import type { FunctionDefinition } from '../../catalog/objects.ts';
import type { Session } from '../../catalog/session.ts';

export interface FunctionPath {
  /** Schemas in which names without one are looked up, besides those of Postgres itself; null where that is not certain. */
  readonly schemas: readonly string[] | null;
  /** Whether the function sets it for itself: otherwise it is that of the session that calls. */
  readonly isOwn: boolean;
  /** As SET has it: `''`, `public, pg_temp`; empty where the function sets none. */
  readonly written: string;
}

/** @param options of CREATE FUNCTION, or of the function as the catalog has it: the last SET holds */
export function functionPath(options: readonly Node[], session: Session): FunctionPath {
  let path: FunctionPath = ofSession(session);
  for (const option of options) {
    const set = 'DefElem' in option && option.DefElem.defname === 'set' ? option.DefElem.arg : undefined;
    if (!set || !('VariableSetStmt' in set)) continue;
    const { name, kind, args = [] } = set.VariableSetStmt;
    if (kind === 'VAR_RESET_ALL') path = ofSession(session);
    else if (name !== 'search_path') continue;
    else if (kind === 'VAR_SET_VALUE') path = ofValues(args);
    else path = kind === 'VAR_RESET' ? ofSession(session) : { schemas: null, isOwn: true, written: '' };
  }
  return path;
}

export const pathOfDefinition = ({ options }: FunctionDefinition, session: Session): FunctionPath =>
  functionPath(options, session);

const ofSession = ({ schema, otherSchemas }: Session): FunctionPath => ({
  schemas: otherSchemas ? null : [schema],
  isOwn: false,
  written: '',
});

/** Postgres looks into these without being told, or there is nothing of ours in them. */
const ofPostgres = new Set(['pg_catalog', 'pg_temp']);

function ofValues(args: readonly Node[]): FunctionPath {
  const names = args.map((arg) => ('A_Const' in arg && arg.A_Const.sval ? (arg.A_Const.sval.sval ?? '') : null));
  const written = args.length === 1 && names[0] === '' ? "''" : names.join(', ');
  // the schema of the user's name; a string with several names in it is one odd name to Postgres
  if (names.some((name) => name === null || name === '$user')) return { schemas: null, isOwn: true, written };
  return {
    schemas: names.filter((name): name is string => name !== null && name !== '' && !ofPostgres.has(name)),
    isOwn: true,
    written,
  };
}
