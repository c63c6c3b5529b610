/** What PL/pgSQL takes a name for: a variable, a parameter, a field of a record. */
import type { Argument, Routine } from '../body.ts';
import type { PlpgsqlBody, Scope, Variable } from './plpgsqlBody.ts';

/** Something declared: in a block, by a loop or a cursor, as a parameter, or by PL/pgSQL itself (`found`, `new`, `tg_op`). */
export interface Declared {
  readonly name: string;
  /** Names of the type as Postgres folds them: `public.users%ROWTYPE` → ['public', 'users']; null where it is no plain name. */
  readonly type: readonly string[] | null;
  /** As written in DECLARE; null for all others. */
  readonly variable: Variable | null;
}

export interface Meaning {
  readonly declared: Declared;
  /** How many parts of the name stand for it: 2 with the label of a block or the function's name in front. */
  readonly used: 1 | 2;
}

/** What may be named at one place of a body. */
export interface Visible {
  /** Those of inner blocks first. */
  readonly declared: readonly Declared[];
  /** Of the blocks and loops around, with the function's name. */
  readonly labels: readonly string[];
  /**
   * What a name of one or more parts means; null where PL/pgSQL leaves it to SQL. `label`: the first part is a label, and
   * nothing in that block has the name behind it.
   */
  meaningOf(names: readonly string[]): Meaning | 'label' | null;
}

const ofTriggers =
  'new old tg_name tg_when tg_level tg_op tg_relid tg_relname tg_table_name tg_table_schema tg_nargs tg_argv';

/** In handlers of exceptions; those that are used elsewhere are refused, which is not told here. */
const ofHandlers = 'sqlstate sqlerrm';

/** @param offset in the body's text */
export function visibleAt(offset: number, body: Pick<PlpgsqlBody, 'scope'>, routine: Routine): Visible {
  const levels = [...levelsAt(offset, body.scope), levelOf(routine)];
  return {
    declared: levels.flatMap((level) => level.declared),
    labels: levels.flatMap((level) => level.label ?? []),
    meaningOf([first = '', second]) {
      let isLabel = false;
      for (const { label, declared } of levels) {
        const own = declared.find(({ name }) => name === first);
        if (own) return { declared: own, used: 1 };
        if (second === undefined || label !== first) continue;
        const inside = declared.find(({ name }) => name === second);
        if (inside) return { declared: inside, used: 2 };
        isLabel = true;
      }
      return isLabel ? 'label' : null;
    },
  };
}

interface Level {
  readonly label: string | null;
  readonly declared: readonly Declared[];
}

/** Inner ones first. */
function levelsAt(offset: number, outermost: Scope | null): Level[] {
  const levels: Level[] = [];
  let scope = outermost;
  while (scope && scope.start <= offset && offset < scope.end) {
    const { kind, label, variables, scopes } = scope;
    // a declaration is visible behind itself only
    const visible = kind === 'block' ? variables.filter((v) => v.end <= offset) : variables;
    levels.unshift({ label, declared: visible.map(ofVariable) });
    scope = scopes.find((inner) => inner.start <= offset && offset < inner.end) ?? null;
  }
  return levels;
}

const ofVariable = (variable: Variable): Declared => ({
  name: variable.name,
  type: typeNames(variable.type),
  variable,
});

const identifier = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`;
const plainType = new RegExp(String.raw`^(${identifier})(?:\s*\.\s*(${identifier}))?(?:\s*%\s*rowtype)?$`, 'iu');

function typeNames(written: string): readonly string[] | null {
  const match = plainType.exec(written.trim());
  return match && [match[1], match[2]].flatMap((part) => (part === undefined ? [] : folded(part)));
}

const folded = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();

function levelOf(routine: Routine): Level {
  const result = routine.isTrigger ? routine.returns?.at(-1) : undefined;
  const special = `found ${ofHandlers} ${result === 'trigger' ? ofTriggers : result === 'event_trigger' ? 'tg_event tg_tag' : ''}`;
  return {
    label: routine.name.at(-1) ?? null,
    declared: [
      ...routine.arguments.flatMap(ofArgument),
      ...special
        .trim()
        .split(' ')
        .map((name) => ({ name, type: null, variable: null })),
    ],
  };
}

const ofArgument = ({ name, type }: Argument): Declared[] => (name === null ? [] : [{ name, type, variable: null }]);
