/** Types of sqlalchemy and its dialect → what they are in DDL on PostgreSQL (sqlalchemy's type compiler, 1.4 and 2.0). */
import type { Span } from '../../syntax/tokens.ts';
import { hole } from './builtins.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, quoted, stringLiteral, tableName } from './identifiers.ts';
import { isOfLibrary } from './libraries.ts';
import { mappedTo } from './mapped.ts';
import { type Class, type Construct, membersOfEnum, textOf, truthOf, type Value } from './values.ts';

/** Without arguments, or whose arguments do not matter to the database. */
const plain: Readonly<Record<string, string>> = {
  Integer: 'INTEGER',
  INTEGER: 'INTEGER',
  INT: 'INTEGER',
  BigInteger: 'BIGINT',
  BIGINT: 'BIGINT',
  SmallInteger: 'SMALLINT',
  SMALLINT: 'SMALLINT',
  Boolean: 'BOOLEAN',
  BOOLEAN: 'BOOLEAN',
  Date: 'DATE',
  DATE: 'DATE',
  LargeBinary: 'BYTEA',
  BYTEA: 'BYTEA',
  PickleType: 'BYTEA',
  BLOB: 'BLOB',
  CLOB: 'CLOB',
  JSON: 'JSON',
  JSONB: 'JSONB',
  UUID: 'UUID',
  Uuid: 'UUID',
  INET: 'INET',
  CIDR: 'CIDR',
  MACADDR: 'MACADDR',
  MACADDR8: 'MACADDR8',
  MONEY: 'MONEY',
  OID: 'OID',
  REGCLASS: 'REGCLASS',
  TSVECTOR: 'TSVECTOR',
  TSQUERY: 'TSQUERY',
  HSTORE: 'HSTORE',
  DOUBLE_PRECISION: 'DOUBLE PRECISION',
  DOUBLE: 'DOUBLE PRECISION',
  Double: 'DOUBLE PRECISION',
  REAL: 'REAL',
  CITEXT: 'CITEXT',
  INT4RANGE: 'INT4RANGE',
  INT8RANGE: 'INT8RANGE',
  NUMRANGE: 'NUMRANGE',
  DATERANGE: 'DATERANGE',
  TSRANGE: 'TSRANGE',
  TSTZRANGE: 'TSTZRANGE',
  INT4MULTIRANGE: 'INT4MULTIRANGE',
  INT8MULTIRANGE: 'INT8MULTIRANGE',
  NUMMULTIRANGE: 'NUMMULTIRANGE',
  DATEMULTIRANGE: 'DATEMULTIRANGE',
  TSMULTIRANGE: 'TSMULTIRANGE',
  TSTZMULTIRANGE: 'TSTZMULTIRANGE',
};

/** With an optional length as first argument. */
const withLength: Readonly<Record<string, string>> = {
  String: 'VARCHAR',
  Unicode: 'VARCHAR',
  VARCHAR: 'VARCHAR',
  NVARCHAR: 'NVARCHAR',
  AutoString: 'VARCHAR',
  CHAR: 'CHAR',
  NCHAR: 'NCHAR',
  BINARY: 'BINARY',
  VARBINARY: 'VARBINARY',
  Text: 'TEXT',
  TEXT: 'TEXT',
  UnicodeText: 'TEXT',
  Vector: 'VECTOR',
  VECTOR: 'VECTOR',
  HALFVEC: 'HALFVEC',
  SPARSEVEC: 'SPARSEVEC',
};

const withArguments = new Set(
  (
    'Numeric NUMERIC DECIMAL Float FLOAT DateTime DATETIME TIMESTAMP Time TIME Interval INTERVAL BIT ARRAY Enum ENUM ' +
    'DOMAIN raw'
  ).split(' '),
);

/** Whether a name, or what was called, is one of the types that are known. */
export function isType(value: Value): boolean {
  if (!isOfLibrary(value)) return false;
  const name = value.path.split('.').at(-1) as string;
  return name in plain || name in withLength || withArguments.has(name);
}

/** Types of other dialects that PostgreSQL's compiler writes as it writes SQLAlchemy's own of that name. */
const common = new Set(['INTEGER', 'BIGINT', 'SMALLINT', 'VARCHAR', 'CHAR', 'TEXT', 'DATE', 'BOOLEAN']);
const commonNear = new Set('NUMERIC DECIMAL FLOAT REAL TIMESTAMP JSON DATETIME BLOB NCHAR NVARCHAR'.split(' '));

/** A type as `sa.Integer` or `sa.Integer()`: its name and arguments. Null for a type that is not one of a known library. */
export function typeCall(value: Value): Construct | null {
  if (value.kind === 'name') {
    const { path, span } = value;
    const name = path.split('.').at(-1) as string;
    return typeCall({ kind: 'construct', span, name, path, on: null, args: [], keywords: new Map() });
  }
  if (value.kind !== 'construct') return null;
  if (value.name === 'with_variant' && value.on) {
    const dialect = textOf(value.args[1]);
    const inner = dialect === 'postgresql' && value.args[0] ? value.args[0] : value.on;
    return dialect === null ? null : typeCall(inner);
  }
  if (!isOfLibrary(value)) return null;
  const other = /\.dialects\.(?!postgresql)(\w+)/.exec(value.path)?.[1];
  const isNear = other === 'sqlite' || other === 'mysql';
  return other === undefined || common.has(value.name) || (isNear && commonNear.has(value.name)) ? value : null;
}

/** A type as SQL; what is not known is a placeholder. @throws NotEvaluable where a known type is given what it cannot take */
export function typeSql(value: Value | undefined, at: Span): Part[] {
  if (value === undefined) throw new NotEvaluable(at, 'the column has no type');
  const call = typeCall(value);
  const span = value.span;
  const words = (text: string): Part => mappedTo(text, span);
  if (!call) return [hole(span)];
  const { name, args, keywords } = call;
  const known = plain[name];
  if (known !== undefined) return [words(known)];
  const argument = (i: number, key: string): Value | undefined => {
    const found = args[i] ?? keywords.get(key);
    return found?.kind === 'none' ? undefined : found;
  };
  const number = (i: number, key: string): number | null => {
    const found = argument(i, key);
    if (found === undefined) return null;
    if (found.kind !== 'number') throw new NotEvaluable(found.span, `${key} is not known`);
    return found.value;
  };
  const lengthy = withLength[name];
  if (lengthy !== undefined) {
    const vector = /vec/i.test(name);
    const given = number(0, vector ? 'dim' : 'length');
    // a length of 0 is none to SQLAlchemy
    const length = given === 0 && !vector ? null : given;
    const collation = keywords.get('collation');
    const collate = collation && collation.kind !== 'none' ? [' COLLATE "', words(textOf(collation) ?? ''), '"'] : [];
    return [words(length === null ? lengthy : `${lengthy}(${length})`), ...collate];
  }
  switch (name) {
    case 'Numeric':
    case 'NUMERIC':
    case 'DECIMAL': {
      const [precision, scale] = [number(0, 'precision'), number(1, 'scale')];
      const base = name === 'DECIMAL' ? 'DECIMAL' : 'NUMERIC';
      return [
        words(precision === null ? base : scale === null ? `${base}(${precision})` : `${base}(${precision}, ${scale})`),
      ];
    }
    case 'Float':
    case 'FLOAT': {
      const precision = number(0, 'precision');
      return [words(precision ? `FLOAT(${precision})` : 'FLOAT')];
    }
    case 'DATETIME':
      // PostgreSQL has no such type, and refuses it
      return [words(/\.sqlite\./.test(call.path) ? 'TIMESTAMP WITHOUT TIME ZONE' : 'DATETIME')];
    case 'DateTime':
    case 'TIMESTAMP':
    case 'Time':
    case 'TIME': {
      const zone = argument(0, 'timezone');
      const truth = zone ? truthOf(zone) : false;
      if (truth === null) return [hole(span)];
      const precision = keywords.get('precision');
      const digits = precision?.kind === 'number' ? `(${precision.value})` : '';
      return [words(`${/^time$/i.test(name) ? 'TIME' : 'TIMESTAMP'}${digits} ${truth ? 'WITH' : 'WITHOUT'} TIME ZONE`)];
    }
    case 'Interval':
    case 'INTERVAL': {
      const fields = textOf(keywords.get('fields'));
      const precision =
        name === 'INTERVAL'
          ? number(0, 'precision')
          : number(2, 'day_precision') === null
            ? number(1, 'second_precision')
            : null;
      return [words(`INTERVAL${fields ? ` ${fields}` : ''}${precision === null ? '' : ` (${precision})`}`)];
    }
    case 'BIT': {
      const length = number(0, 'length');
      const varying = argument(1, 'varying');
      return varying && truthOf(varying)
        ? [words(`BIT VARYING${length === null ? '' : `(${length})`}`)]
        : [words(`BIT(${length ?? 1})`)];
    }
    case 'ARRAY': {
      const dimensions = keywords.get('dimensions');
      const brackets = '[]'.repeat(dimensions?.kind === 'number' ? dimensions.value : 1);
      return [...typeSql(argument(0, 'item_type'), span), words(brackets)];
    }
    case 'Enum':
    case 'ENUM': {
      const type = enumOf(call);
      if (!type) return [hole(span)];
      if (type.native) return type.qualified;
      const length = number(-1, 'length') ?? Math.max(0, ...type.labels.map((l) => l.text.length));
      return [words(length === 0 ? 'VARCHAR' : `VARCHAR(${length})`)];
    }
    case 'raw':
      return args[0]?.kind === 'string' ? [args[0].mapped] : [hole(span)];
    case 'DOMAIN':
      return [identifier(args[0], 'domain', span)];
    default:
      return [hole(span)];
  }
}

export interface EnumType {
  readonly key: string;
  /** With its schema, as it is written in SQL. */
  readonly qualified: Part[];
  readonly labels: readonly { readonly text: string; readonly sql: Part[] }[];
  readonly native: boolean;
  /** Whether creating a table creates it. */
  readonly withTable: boolean;
}

/** Null for what is no enum, or where its name or values are not known. */
export function enumOf(value: Value | undefined): EnumType | null {
  const call = value && typeCall(value);
  if (!call || (call.name !== 'Enum' && call.name !== 'ENUM')) return null;
  const { args, keywords, span } = call;
  const [first] = args;
  const fromClass = first?.kind === 'class';
  const values: (Value | null)[] = fromClass
    ? enumValues(first, keywords.get('values_callable'), span)
    : args.flatMap((a): readonly Value[] => (a.kind === 'list' ? a.items : [a]));
  const labels = values.map((v) =>
    v?.kind === 'string' && !v.holes ? { text: v.mapped.text, sql: stringLiteral(v.mapped) } : null,
  );
  const named = keywords.get('name');
  const name: Value | undefined =
    named ??
    (fromClass ? { kind: 'string', span, holes: false, mapped: mappedTo(first.name.toLowerCase(), span) } : undefined);
  const written = name && textOf(name);
  const flag = (key: string): boolean => truthOf(keywords.get(key) ?? { kind: 'boolean', value: true, span }) !== false;
  const native = flag('native_enum');
  if (labels.includes(null) || (native && !written)) return null;
  const schema = keywords.get('schema');
  const known = labels.flatMap((l) => l ?? []);
  const withTable = native && !keywords.has('metadata') && (call.name === 'Enum' || flag('create_type'));
  const qualified: Part[] =
    name && written
      ? schema && schema.kind !== 'none'
        ? tableName(name, schema, span)
        : [quoted((name as Extract<Value, { kind: 'string' }>).mapped)]
      : [];
  return { key: `${textOf(schema) ?? ''}.${written ?? ''}`, qualified, labels: known, native, withTable };
}

/** The labels of a Python enum: the names of its members, unless the type was told otherwise. */
function enumValues(type: Class, told: Value | undefined, span: Span): (Value | null)[] {
  if (told && told.kind !== 'none') return told.kind === 'list' ? [...told.items] : [null];
  return membersOfEnum(type).map((member) => ({
    kind: 'string',
    span,
    holes: false,
    mapped: mappedTo(member.name, span),
  }));
}

/** CREATE TYPE for an enum. */
export const createEnum = (type: EnumType): Part[] => [
  'CREATE TYPE ',
  ...type.qualified,
  ' AS ENUM (',
  ...joined(
    type.labels.map((l) => l.sql),
    ', ',
  ),
  ')',
];

/** Whether a single primary key of that type numbers itself; null where that is not known. */
export function numbersItself(value: Value | undefined): 'SERIAL' | 'BIGSERIAL' | 'SMALLSERIAL' | null {
  const name = value && typeCall(value)?.name;
  switch (name) {
    case 'BigInteger':
    case 'BIGINT':
      return 'BIGSERIAL';
    case 'SmallInteger':
    case 'SMALLINT':
      return 'SMALLSERIAL';
    case 'Integer':
    case 'INTEGER':
    case 'INT':
    case 'Numeric':
    case 'NUMERIC':
    case 'DECIMAL':
    case 'Float':
    case 'FLOAT':
    case 'REAL':
    case 'DOUBLE_PRECISION':
    case 'Double':
      return 'SERIAL';
    default:
      return null;
  }
}
