/**
 * alembic_utils: functions, views, triggers … that are created, dropped and replaced as a whole (`op.create_entity`; its
 * pg_function.py and the files beside it). What their text has of colons is sent as it stands.
 */
import type { Span } from '../../syntax/tokens.ts';
import { itemsOf } from './builtins.ts';
import { textSql } from './clauses.ts';
import { flag } from './columns.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { type Mapped, mappedTo, replaced, sliced, strippedOf } from './mapped.ts';
import { Given, type Writer } from './operationParts.ts';
import { type Construct, textOf, type Value } from './values.ts';

interface Entity {
  readonly create: (entity: Read) => Part[];
  readonly drop: (entity: Read, cascade: boolean) => Part[];
  /** Absent: it cannot be replaced. */
  readonly replace?: (entity: Read) => Part[][];
}

/** What an entity was given. */
class Read {
  readonly call: Construct;
  readonly #places: readonly string[];

  constructor(call: Construct, places: readonly string[]) {
    this.call = call;
    this.#places = places;
  }

  value(name: string): Value | undefined {
    return this.call.keywords.get(name) ?? this.call.args[this.#places.indexOf(name)];
  }

  /** Words of a text, with one space between them and no quotes. */
  plain(name: string): Mapped {
    return replaced(
      strippedOf(
        replaced(this.text(name), /\s+/g, () => ' '),
        'both',
      ),
      /"/g,
      () => '',
    );
  }

  text(name: string): Mapped {
    const value = this.value(name);
    if (value?.kind !== 'string' || value.holes)
      throw new NotEvaluable(value?.span ?? this.call.span, `the ${name} is not known`);
    return value.mapped;
  }

  /** The text without the semicolon at its end. */
  get definition(): Mapped {
    return strippedOf(
      replaced(strippedOf(this.text('definition'), 'both'), /;+$/g, () => ''),
      'both',
    );
  }

  /** `"schema"."name"` */
  get name(): Part[] {
    return ['"', this.plain('schema'), '"."', this.plain('signature'), '"'];
  }

  flag(name: string): boolean {
    return flag(this.value(name)) === true;
  }

  /** The table of a trigger or policy, with its schema. */
  get table(): Part[] {
    const on = replaced(this.text('on_entity'), /"/g, () => '');
    return on.text.includes('.') ? [on] : ['public.', on];
  }
}

const cascading = (cascade: boolean): string => (cascade ? ' cascade' : '');

/** The text of a view is given to `text()` as it is. */
const query = (entity: Read): Part =>
  textSql({ kind: 'string', mapped: entity.definition, holes: false, span: entity.call.span });

const createFunction = (entity: Read, words: string): Part[] => {
  const signature = entity.plain('signature');
  const open = signature.text.indexOf('(');
  if (open < 0) throw new NotEvaluable(entity.call.span, 'the signature has no parentheses');
  const name = strippedOf(sliced(signature, 0, open), 'both');
  const rest = sliced(signature, open, signature.text.length);
  return [words, '"', entity.plain('schema'), '"."', name, '"', rest, ' ', entity.definition];
};

function dropFunction(entity: Read, cascade: boolean): Part[] {
  const { text } = entity.plain('signature');
  const [, name = '', parameters = ''] = /^(.+?)\((.*)\)$/s.exec(text) ?? [];
  if (name === '') throw new NotEvaluable(entity.call.span, 'the signature is not known');
  const types = parameters.split(',').map((p) => (p.split(/default/i)[0] as string).trim());
  const at: Span = (entity.value('signature') as Value).span;
  const signature = mappedTo(`"${name.trim()}"(${types.join(', ')})`, at);
  return ['DROP FUNCTION "', entity.plain('schema'), '".', signature, cascading(cascade)];
}

function createTrigger(entity: Read): Part[] {
  const { definition } = entity;
  const match = /^(.+?)\s+ON\s+(.+?)\s+(.+)$/dis.exec(definition.text);
  const [event, table, action] = [1, 2, 3].map((i) => match?.indices?.[i]);
  if (!event || !table || !action) throw new NotEvaluable(entity.call.span, "the trigger's definition is not known");
  const on = sliced(definition, ...table);
  const dot = on.text.indexOf('.');
  return [
    `CREATE ${entity.flag('is_constraint') ? 'CONSTRAINT ' : ''}TRIGGER "`,
    ...[entity.plain('signature'), '" ', sliced(definition, ...event), ' ON '],
    ...[entity.plain('schema'), '.', sliced(on, dot + 1, on.text.length), ' ', sliced(definition, ...action)],
  ];
}

const dropTrigger = (entity: Read, words: string, cascade: boolean): Part[] => [
  `DROP TRIGGER ${words}"`,
  ...[entity.plain('signature'), '" ON ', ...entity.table, cascading(cascade)],
];

const createPolicy = (entity: Read): Part[] => [
  ...['CREATE POLICY ', entity.plain('signature'), ' on ', ...entity.table, ' ', entity.definition],
];

const dropPolicy = (entity: Read, words: string, cascade: boolean): Part[] => [
  ...['DROP POLICY ', words, entity.plain('signature'), ' on ', ...entity.table, cascading(cascade)],
];

/** The privilege, given as text or as a member of PGGrantTableChoice. */
function privilegeOf(entity: Read): Part {
  const value = entity.value('grant');
  const known = /^(?:SELECT|INSERT|UPDATE|REFERENCES|DELETE|TRUNCATE|TRIGGER)$/;
  const word = value && (textOf(value) ?? (value.kind === 'name' ? value.path.split('.').at(-1) : null));
  if (!word || !known.test(word)) throw new NotEvaluable(value?.span ?? entity.call.span, 'the privilege is not known');
  return mappedTo(word, (value as Value).span);
}

function grant(entity: Read): Part[] {
  const columns = entity.value('columns');
  const items = columns && columns.kind !== 'none' ? itemsOf(columns)?.map(textOf) : [];
  if (!items || items.includes(null)) throw new NotEvaluable((columns as Value).span, 'the columns are not known');
  const on = items.length > 0 ? ` ( ${items.sort().join(', ')} )` : '';
  const option = entity.flag('with_grant_option') ? ' WITH GRANT OPTION' : '';
  return [
    ...['GRANT ', privilegeOf(entity), on, ' ON "', entity.plain('schema'), '"."', entity.plain('table')],
    ...['" TO "', entity.plain('role'), '"', option],
  ];
}

const revoke = (entity: Read): Part[] => [
  ...['REVOKE ', privilegeOf(entity), ' ON "', entity.plain('schema'), '"."', entity.plain('table')],
  ...['" FROM "', entity.plain('role'), '"'],
];

const createMaterialized = (entity: Read): Part[] => {
  const data = entity.value('with_data');
  const empty = data !== undefined && !entity.flag('with_data');
  return [
    ...['CREATE MATERIALIZED VIEW ', ...entity.name, ' AS ', query(entity), empty ? ' WITH NO DATA' : ' WITH DATA'],
  ];
};

const entities: Readonly<Record<string, Entity & { readonly places: readonly string[] }>> = {
  PGFunction: {
    places: ['schema', 'signature', 'definition'],
    create: (entity) => createFunction(entity, 'CREATE FUNCTION '),
    drop: dropFunction,
    replace: (entity) => [createFunction(entity, 'CREATE OR REPLACE FUNCTION ')],
  },
  PGView: {
    places: ['schema', 'signature', 'definition'],
    create: (entity) => ['CREATE VIEW ', ...entity.name, ' AS ', query(entity)],
    drop: (entity, cascade) => ['DROP VIEW ', ...entity.name, cascading(cascade)],
    // where its columns changed otherwise than Postgres can replace them, it is made anew
    replace: (entity) => [
      [
        ...['do $$\n            begin\n                CREATE OR REPLACE VIEW ', ...entity.name, ' AS ', query(entity)],
        ...[';\n\n            exception when others then\n                DROP VIEW IF EXISTS ', ...entity.name],
        ...[';\n\n                CREATE VIEW ', ...entity.name, ' AS ', query(entity)],
        ";\n            end;\n        $$ language 'plpgsql'",
      ],
    ],
  },
  PGMaterializedView: {
    places: ['schema', 'signature', 'definition', 'with_data'],
    create: createMaterialized,
    drop: (entity, cascade) => ['DROP MATERIALIZED VIEW ', ...entity.name, cascading(cascade)],
    replace: (entity) => [['DROP MATERIALIZED VIEW IF EXISTS ', ...entity.name], createMaterialized(entity)],
  },
  PGTrigger: {
    places: ['schema', 'signature', 'definition', 'on_entity', 'is_constraint'],
    create: createTrigger,
    drop: (entity, cascade) => dropTrigger(entity, '', cascade),
    replace: (entity) => [dropTrigger(entity, 'IF EXISTS ', false), createTrigger(entity)],
  },
  PGPolicy: {
    places: ['schema', 'signature', 'definition', 'on_entity'],
    create: createPolicy,
    drop: (entity, cascade) => dropPolicy(entity, '', cascade),
    replace: (entity) => [dropPolicy(entity, 'IF EXISTS ', false), createPolicy(entity)],
  },
  PGGrantTable: {
    places: ['schema', 'table', 'role', 'grant', 'columns', 'with_grant_option'],
    create: grant,
    drop: revoke,
    replace: (entity) => [revoke(entity), grant(entity)],
  },
  PGExtension: {
    places: ['schema', 'signature'],
    create: (entity) => [
      ...['CREATE EXTENSION "', entity.plain('signature'), '" WITH SCHEMA "', entity.plain('schema'), '"'],
    ],
    drop: (entity, cascade) => ['DROP EXTENSION "', entity.plain('signature'), '"', cascading(cascade)],
  },
};

const entityWriter =
  (write: (kind: Entity, entity: Read, operation: Given) => Part[][] | undefined): Writer =>
  (operation) => {
    const given = new Given(operation, ['target']);
    const target = given.get('target');
    const kind =
      target?.kind === 'construct' && target.path.startsWith('alembic_utils.') ? entities[target.name] : null;
    const sql = kind && write(kind, new Read(target as Construct, kind.places), given);
    if (!sql) throw new NotEvaluable(target?.span ?? operation.span, 'the entity is not known');
    return sql;
  };

export const entityWriters: Readonly<Record<string, Writer>> = {
  create_entity: entityWriter((kind, entity) => [kind.create(entity)]),
  drop_entity: entityWriter((kind, entity, operation) => [kind.drop(entity, flag(operation.get('cascade')) === true)]),
  replace_entity: entityWriter((kind, entity) => kind.replace?.(entity)),
};
