/** CREATE TYPE, CREATE DOMAIN, and what alters them. */
import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterTableStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateRangeStmt,
  DefineStmt,
} from '@pgsql/types';
import type { TypeName } from './catalog.ts';
import { isNullConstant, withoutPositions } from './expressions.ts';
import { nameParts, nodesKey, rangeVarKey, typeNameOf } from './names.ts';
import { objectName } from './objectNames.ts';
import type { UserType } from './objects.ts';
import { change } from './relations.ts';
import { removeColumn } from './removal.ts';
import type { SchemaWriter } from './schema.ts';

type Domain = Extract<UserType, { kind: 'domain' }>;
type DomainCheck = Domain['checks'][number];

function nameOf(schema: SchemaWriter, nodes: CreateEnumStmt['typeName']): { schema: string; name: string } {
  const parts = nameParts(nodes);
  return { schema: parts.at(-2) ?? schema.session.schema, name: parts.at(-1) ?? '' };
}

/** A type that is there already stays as it is: the statement fails, in a DO block with nobody noticing. */
function define(schema: SchemaWriter, type: UserType): void {
  if (!schema.type(`${type.schema}.${type.name}`)?.complete) schema.setType(type);
}

export function applyCreateEnum(schema: SchemaWriter, stmt: CreateEnumStmt): void {
  define(schema, { kind: 'enum', ...nameOf(schema, stmt.typeName), values: nameParts(stmt.vals), complete: true });
}

export function applyAlterEnum(schema: SchemaWriter, stmt: AlterEnumStmt): void {
  const key = nodesKey(stmt.typeName, schema.session.schema);
  const type = schema.type(key);
  const value = stmt.newVal ?? '';
  if (type && type.kind !== 'enum') return;
  if (stmt.oldVal !== undefined) {
    if (type) schema.setType({ ...type, values: type.values.map((v) => (v === stmt.oldVal ? value : v)) });
    return;
  }
  const known = type ?? { kind: 'enum', ...nameOf(schema, stmt.typeName), values: [], complete: false };
  if (known.values.includes(value)) return;
  const neighbour = known.values.indexOf(stmt.newValNeighbor ?? '');
  const at = neighbour < 0 ? known.values.length : stmt.newValIsAfter ? neighbour + 1 : neighbour;
  schema.setType({ ...known, values: [...known.values.slice(0, at), value, ...known.values.slice(at)] });
}

export function applyCreateComposite(schema: SchemaWriter, stmt: CompositeTypeStmt): void {
  define(schema, {
    kind: 'composite',
    schema: stmt.typevar?.schemaname ?? schema.session.schema,
    name: stmt.typevar?.relname ?? '',
    attributes: (stmt.coldeflist ?? []).flatMap((node) =>
      'ColumnDef' in node ? [{ name: node.ColumnDef.colname ?? '', type: typeNameOf(node.ColumnDef.typeName) }] : [],
    ),
    complete: true,
  });
}

/** ALTER TYPE … ADD, DROP and ALTER ATTRIBUTE. */
export function applyAlterComposite(schema: SchemaWriter, stmt: AlterTableStmt): void {
  const type = schema.type(rangeVarKey(stmt.relation, schema.session.schema));
  if (type?.kind !== 'composite') return;
  let { attributes } = type;
  for (const node of stmt.cmds ?? []) {
    if (!('AlterTableCmd' in node)) continue;
    const { subtype, name = '', def } = node.AlterTableCmd;
    const column = def && 'ColumnDef' in def ? def.ColumnDef : undefined;
    if (subtype === 'AT_DropColumn') attributes = attributes.filter((a) => a.name !== name);
    else if (subtype === 'AT_AddColumn' && column)
      attributes = [...attributes, { name: column.colname ?? '', type: typeNameOf(column.typeName) }];
    else if (subtype === 'AT_AlterColumnType' && column)
      attributes = attributes.map((a) => (a.name === name ? { name, type: typeNameOf(column.typeName) } : a));
  }
  schema.setType({ ...type, attributes });
}

export function renameAttribute(schema: SchemaWriter, key: string, from: string, to: string): void {
  const type = schema.type(key);
  if (type?.kind !== 'composite') return;
  schema.setType({ ...type, attributes: type.attributes.map((a) => (a.name === from ? { ...a, name: to } : a)) });
}

export function applyCreateRange(schema: SchemaWriter, stmt: CreateRangeStmt): void {
  define(schema, {
    kind: 'range',
    ...nameOf(schema, stmt.typeName),
    options: (stmt.params ?? []).map(withoutPositions),
    complete: true,
  });
}

/** CREATE TYPE of one's own, in C. */
export function applyDefineType(schema: SchemaWriter, stmt: DefineStmt): void {
  define(schema, { kind: 'base', ...nameOf(schema, stmt.defnames), complete: true });
}

export function applyCreateDomain(schema: SchemaWriter, stmt: CreateDomainStmt): void {
  const name = nameOf(schema, stmt.domainname);
  let domain: Domain = {
    kind: 'domain',
    ...name,
    base: typeNameOf(stmt.typeName),
    notNull: false,
    default: null,
    checks: [],
    complete: true,
  };
  for (const node of stmt.constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype, raw_expr, conname } = node.Constraint;
    if (contype === 'CONSTR_NOTNULL') domain = { ...domain, notNull: true };
    else if (contype === 'CONSTR_DEFAULT' && raw_expr && !isNullConstant(raw_expr))
      domain = { ...domain, default: withoutPositions(raw_expr) };
    else if (contype === 'CONSTR_CHECK' && raw_expr)
      domain = withCheck(domain, { name: conname ?? null, expression: withoutPositions(raw_expr), validated: true });
  }
  define(schema, domain);
}

function withCheck(domain: Domain, check: DomainCheck): Domain {
  let { name } = check;
  for (let pass = 0; name === null; pass++) {
    const candidate = objectName(domain.name, null, pass === 0 ? 'check' : `check${pass}`);
    if (!domain.checks.some((c) => c.name === candidate)) name = candidate;
  }
  return { ...domain, checks: [...domain.checks, { ...check, name }] };
}

export function applyAlterDomain(schema: SchemaWriter, stmt: AlterDomainStmt): void {
  const domain = schema.type(nodesKey(stmt.typeName, schema.session.schema));
  if (domain?.kind !== 'domain') return;
  const { def, name } = stmt;
  switch (stmt.subtype) {
    case 'T':
      schema.setType({ ...domain, default: def && !isNullConstant(def) ? withoutPositions(def) : null });
      return;
    case 'N':
    case 'O':
      schema.setType({ ...domain, notNull: stmt.subtype === 'O' });
      return;
    case 'C': {
      if (!def || !('Constraint' in def)) return;
      const { contype, conname, raw_expr, skip_validation = false } = def.Constraint;
      if (contype === 'CONSTR_NOTNULL') schema.setType({ ...domain, notNull: true });
      else if (raw_expr)
        schema.setType(
          withCheck(domain, {
            name: conname ?? null,
            expression: withoutPositions(raw_expr),
            validated: !skip_validation,
          }),
        );
      return;
    }
    case 'X':
      schema.setType({ ...domain, checks: domain.checks.filter((c) => c.name !== name) });
      return;
    case 'V':
      schema.setType({
        ...domain,
        checks: domain.checks.map((c) => (c.name === name ? { ...c, validated: true } : c)),
      });
      return;
    default:
  }
}

export function renameDomainConstraint(schema: SchemaWriter, key: string, from: string, to: string): void {
  const domain = schema.type(key);
  if (domain?.kind !== 'domain') return;
  schema.setType({ ...domain, checks: domain.checks.map((c) => (c.name === from ? { ...c, name: to } : c)) });
}

/** What has the type as a column or an argument goes on to have it, under its new name. */
export function moveType(schema: SchemaWriter, key: string, toSchema: string | null, toName: string | null): void {
  const type = schema.type(key);
  if (!type) return;
  schema.removeType(key);
  schema.setType({ ...type, schema: toSchema ?? type.schema, name: toName ?? type.name });
  const swap = (named: TypeName | null): TypeName | null =>
    named && isType(schema, named, type)
      ? { ...named, schema: toSchema ?? named.schema, name: toName ?? named.name }
      : named;
  const { types, functions } = schema.contentsOf(null);
  for (const relation of schema.relationsWithType(type.name))
    change(schema, relation, (r) =>
      r.columns.some((c) => swap(c.type) !== c.type)
        ? { ...r, columns: r.columns.map((c) => ({ ...c, type: swap(c.type) })) }
        : r,
    );
  for (const other of types) {
    const user = schema.type(other);
    if (user?.kind === 'domain' && swap(user.base) !== user.base) schema.setType({ ...user, base: swap(user.base) });
    if (user?.kind === 'composite' && user.attributes.some((a) => swap(a.type) !== a.type))
      schema.setType({ ...user, attributes: user.attributes.map((a) => ({ ...a, type: swap(a.type) })) });
  }
  for (const name of functions) {
    const known = schema.functions(name);
    if (!known.some((f) => swap(f.returns) !== f.returns || f.arguments.some((a) => swap(a.type) !== a.type))) continue;
    schema.setFunctions(
      name,
      known.map((f) => ({
        ...f,
        returns: swap(f.returns),
        arguments: f.arguments.map((a) => ({ ...a, type: swap(a.type) })),
      })),
    );
  }
}

const isType = (schema: SchemaWriter, named: TypeName, type: UserType): boolean =>
  named.name === type.name && (named.schema ?? schema.session.schema) === type.schema;

/** @param cascade drops the columns of that type along */
export function dropType(schema: SchemaWriter, key: string, cascade: boolean): void {
  const type = schema.type(key);
  if (!type) return;
  schema.removeType(key);
  if (!cascade) return;
  for (const relation of schema.relationsWithType(type.name))
    for (const { name, type: named } of schema.relation(relation)?.columns ?? [])
      if (named && isType(schema, named, type)) removeColumn(schema, relation, name);
}
