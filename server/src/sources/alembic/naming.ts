/**
 * Names of constraints and indexes: those that a naming convention of the application's metadata makes, and how SQLAlchemy
 * shortens what is too long for PostgreSQL (sqlalchemy's sql/naming.py).
 */
import type { Span } from '../../syntax/tokens.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { nameOf, quoted } from './identifiers.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import { md5 } from './md5.ts';
import type { Value } from './values.ts';

export type NamedKind = 'ix' | 'uq' | 'ck' | 'fk' | 'pk';

/** A token of the project's own; null where it is not known. `unique`: null for what is no index. */
export type TokenMaker = (constraint: {
  readonly columns: readonly string[];
  readonly unique: boolean | null;
  readonly table: string;
}) => string | null;

/** By kind: `"ix_%(column_0_label)s"`; by token: what makes it. */
export type Convention = ReadonlyMap<string, string | TokenMaker>;

/** What SQLAlchemy does without being told. */
const usual: Convention = new Map([['ix', 'ix_%(column_0_label)s']]);

export interface Named {
  readonly kind: NamedKind;
  /** As it was given. */
  readonly name: Value | undefined;
  readonly columns: readonly Value[];
  /** Of an index. */
  readonly unique?: boolean;
  /** Of a foreign key. */
  readonly referred?: { readonly table: string; readonly columns: readonly string[] };
  readonly at: Span;
}

/** The names of one table's constraints and indexes. */
export class Naming {
  readonly #convention: Convention;
  readonly #onUnknown: ((at: Span) => void) | null;
  readonly #table: Value | undefined;
  readonly #schema: Value | undefined;

  /**
   * @param convention null: none was told
   * @param onUnknown told of what a convention may name otherwise
   */
  constructor(
    convention: Convention | null,
    onUnknown: ((at: Span) => void) | null = null,
    table?: Value,
    schema?: Value,
  ) {
    this.#convention = convention ?? usual;
    this.#onUnknown = onUnknown;
    this.#table = table;
    this.#schema = schema;
  }

  of(table: Value | undefined, schema: Value | undefined): Naming {
    return new Naming(this.#convention, this.#onUnknown, table, schema);
  }

  /** `CONSTRAINT name `, or nothing for what Postgres names. @throws NotEvaluable */
  constraint(named: Named): Part[] {
    const name = this.name(named);
    return name ? ['CONSTRAINT ', name, ' '] : [];
  }

  /** Quoted; null: it has no name of its own. @throws NotEvaluable */
  name(named: Named): Mapped | null {
    const { kind, name, at } = named;
    const given = name === undefined || name.kind === 'none' ? null : nameOf(name, what[kind], at);
    const written = this.#convention.get(kind);
    const template = typeof written === 'string' ? written : undefined;
    const settled = name?.kind === 'string' && name.settled === true;
    // most conventions have a way for each kind, and for checks change names that are given
    if (!settled && (!given || kind === 'ck')) this.#onUnknown?.(name?.span ?? at);
    if (given && (settled || !template?.includes('%(constraint_name)')))
      return quoted(settled ? shortened(given, at) : given);
    if (template === undefined) return null;
    const text = template.replace(/%\((\w+)\)s|%%/g, (match, token: string | undefined) =>
      token === undefined ? match.slice(1) : this.#token(token, named, given),
    );
    return quoted(shortened(mappedTo(text, name?.span ?? at), at));
  }

  #token(token: string, named: Named, given: Mapped | null): string {
    const { kind, columns, referred, at } = named;
    const unknown = new NotEvaluable(at, `%(${token})s of the naming convention is not known here`);
    const table = (): string => nameOf(this.#table, 'table', at).text;
    if (token === 'table_name') return table();
    if (token === 'constraint_name') {
      if (!given) throw new NotEvaluable(at, 'the naming convention needs a name here');
      return given.text;
    }
    if (token === 'referred_table_name' && referred) return referred.table;
    const maker = this.#convention.get(token);
    if (typeof maker === 'function') {
      const names = columns.map((c) => nameOf(c, what[kind], at).text);
      const made = maker({ columns: names, unique: kind === 'ix' ? (named.unique ?? false) : null, table: table() });
      if (made === null) throw unknown;
      return made;
    }
    const match = /^(referred_)?column_(\d+)(_?N)?_(name|key|label)$/.exec(token);
    if (!match) throw unknown;
    const [, other, digits, several, form] = match;
    const names = other ? (referred?.columns ?? []) : columns.map((c) => nameOf(c, what[kind], at).text);
    const chosen = several ? names : names.slice(Number(digits), Number(digits) + 1);
    if (chosen.length === 0) throw unknown;
    const schema = this.#schema && this.#schema.kind !== 'none' ? `${nameOf(this.#schema, 'schema', at).text}_` : '';
    const label = (name: string): string =>
      form === 'label' ? `${schema.replaceAll('.', '_')}${table()}_${name}` : name;
    return chosen.map(label).join(several?.startsWith('_') ? '_' : '');
  }
}

const what: Readonly<Record<NamedKind, string>> = {
  ix: 'index',
  uq: 'constraint',
  ck: 'constraint',
  fk: 'constraint',
  pk: 'constraint',
};

/** The longest name that PostgreSQL takes. */
const maxLength = 63;

/** As SQLAlchemy shortens the names that it, or Alembic, made. */
function shortened(name: Mapped, at: Span): Mapped {
  if (name.text.length <= maxLength) return name;
  const text = `${name.text.slice(0, maxLength - 8)}_${md5(name.text).slice(-4)}`;
  return mappedTo(text, { start: name.from[0] ?? at.start, end: name.to.at(-1) ?? at.end });
}
