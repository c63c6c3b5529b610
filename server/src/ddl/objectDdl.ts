/** Types, functions, views, triggers, policies as SQL; statements without their end. */
import type { Node, RangeVar } from '@pgsql/types';
import { columnOf, keyOf, type Relation, type TypeName } from '../catalog/catalog.ts';
import { withRelationRenamed } from '../catalog/expressions.ts';
import { integerOf, nameParts, stringOf } from '../catalog/names.ts';
import type { FunctionArgument, FunctionDefinition, Policy, Trigger, UserType } from '../catalog/objects.ts';
import { outputName } from '../query/outputName.ts';
import { walk } from '../syntax/walk.ts';
import { dollarQuoted, identifier, literal, nameList, qualified, relationName, typeText } from './print.ts';
import { optionsText, type Printing } from './tableDdl.ts';

const unknown = '/* not known */';
const typeOr = (p: Printing, type: TypeName | null): string => (type ? typeText(p.catalog, type) : unknown);

export function typeStatements(p: Printing, type: UserType): string[] {
  const name = qualified(type.schema, type.name);
  switch (type.kind) {
    case 'enum':
      return [`CREATE TYPE ${name} AS ENUM (${type.values.map((v) => `\n  ${literal(v)}`).join(',')}\n)`];
    case 'composite': {
      const lines = type.attributes.map((a) => `\n  ${identifier(a.name)} ${typeOr(p, a.type)}`);
      return [`CREATE TYPE ${name} AS (${lines.join(',')}\n)`];
    }
    case 'domain': {
      const check = (c: (typeof type.checks)[number]): string =>
        `${c.name === null ? '' : `CONSTRAINT ${identifier(c.name)} `}CHECK (${p.trees.expression(c.expression)})`;
      return [
        [
          `CREATE DOMAIN ${name} AS ${typeOr(p, type.base)}`,
          ...(type.default ? [`DEFAULT ${p.trees.operand(type.default)}`] : []),
          ...(type.notNull ? ['NOT NULL'] : []),
          ...type.checks.filter((c) => c.validated).map(check),
        ].join(' '),
        ...type.checks.filter((c) => !c.validated).map((c) => `ALTER DOMAIN ${name} ADD ${check(c)} NOT VALID`),
      ];
    }
    case 'range':
      return [
        p.trees.statement({
          CreateRangeStmt: {
            typeName: [{ String: { sval: type.schema } }, { String: { sval: type.name } }],
            params: [...type.options],
          },
        }),
      ];
    case 'base':
      return [];
  }
}

export function functionStatement(p: Printing, f: FunctionDefinition): string | null {
  if (f.kind === 'aggregate') return f.tree ? p.trees.statement(f.tree) : null;
  const listed = f.arguments.filter((a) => a.mode !== 'table').map((a) => argumentText(p, a));
  const table = f.arguments.filter((a) => a.mode === 'table').map((a) => argumentText(p, { ...a, mode: 'in' }));
  const hasOut = f.arguments.some((a) => a.mode === 'out' || a.mode === 'inout');
  const returns =
    table.length > 0
      ? `RETURNS TABLE (${table.join(', ')})`
      : f.kind === 'procedure' || (hasOut && !f.returns)
        ? null
        : `RETURNS ${f.returnsSet ? 'SETOF ' : ''}${typeOr(p, f.returns)}`;
  const lines = [
    `CREATE ${f.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${qualified(f.schema, f.name)}(${listed.join(', ')})`,
    returns,
    `LANGUAGE ${identifier(f.language)}`,
    f.volatility === 'volatile' ? null : f.volatility.toUpperCase(),
    f.strict ? 'STRICT' : null,
    f.securityDefiner ? 'SECURITY DEFINER' : null,
    ...f.options.flatMap((option) => optionText(p, option) ?? []),
    f.body !== null ? `AS ${dollarQuoted(f.body)}` : f.tree ? sqlBody(p, f.tree) : null,
  ];
  return lines.filter((line) => line !== null).join('\n');
}

function argumentText(p: Printing, { mode, name, type, default: value, hasDefault }: FunctionArgument): string {
  const words = [
    mode === 'in' ? null : mode.toUpperCase(),
    name === null ? null : identifier(name),
    typeOr(p, type),
    value ? `DEFAULT ${p.trees.operand(value)}` : hasDefault ? `DEFAULT ${unknown}` : null,
  ];
  return words.filter((word) => word !== null).join(' ');
}

function optionText(p: Printing, node: Node): string | null {
  if (!('DefElem' in node)) return null;
  const { defname, arg } = node.DefElem;
  const flag = arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
  const number =
    arg && 'Float' in arg ? arg.Float.fval : arg && 'Integer' in arg ? String(arg.Integer.ival ?? 0) : integerOf(arg);
  switch (defname) {
    case 'cost':
    case 'rows':
      return `${defname.toUpperCase()} ${number}`;
    case 'parallel':
      return `PARALLEL ${(stringOf(arg) ?? 'unsafe').toUpperCase()}`;
    case 'leakproof':
      return flag ? 'LEAKPROOF' : null;
    case 'window':
      return flag ? 'WINDOW' : null;
    case 'support':
      return arg && 'List' in arg ? `SUPPORT ${nameParts(arg.List.items).map(identifier).join('.')}` : null;
    case 'set':
      return arg ? p.trees.statement(arg) : null;
    case 'as':
      return arg && 'List' in arg ? `AS ${nameParts(arg.List.items).map(literal).join(', ')}` : null;
    default:
      return null;
  }
}

function sqlBody(p: Printing, tree: Node): string {
  if ('ReturnStmt' in tree)
    return tree.ReturnStmt.returnval ? `RETURN ${p.trees.expression(tree.ReturnStmt.returnval)}` : '';
  const statements: Node[] = [];
  const collect = (node: Node): void => {
    if ('List' in node) for (const item of node.List.items ?? []) collect(item);
    else statements.push(node);
  };
  collect(tree);
  return `BEGIN ATOMIC\n${statements.map((s) => `  ${'ReturnStmt' in s ? sqlBody(p, s) : p.trees.statement(s)};\n`).join('')}END`;
}

export function viewStatement(p: Printing, view: Relation): string | null {
  if (!view.query) return null;
  const { check_option: check, ...options } = view.options;
  const query = withSchemas(view.query, view.reads);
  const names = outputNames(query);
  const columns = view.columns.map((c) => c.name);
  const asWritten = names !== null && names.join('\0') === columns.join('\0');
  // a star stands for the columns of the day when the view was made
  const grown =
    names === null &&
    view.complete &&
    view.reads.some((key) => p.catalog.relations.get(key)?.columns.some((c) => !columnOf(view, c.name)));
  const list = view.complete && names !== null && !asWritten ? ` (${nameList(columns)})` : '';
  const text = p.trees.query(query);
  return [
    `CREATE ${view.kind === 'view' ? '' : 'MATERIALIZED '}VIEW ${qualified(view.schema, view.name)}${list}`,
    ...(Object.keys(options).length > 0 ? [`WITH (${optionsText(options)})`] : []),
    grown ? `AS SELECT ${nameList(columns)} FROM (\n${text}\n) AS at_creation` : `AS ${text}`,
    ...(check === undefined ? [] : [`WITH ${check.toUpperCase()} CHECK OPTION`]),
  ].join('\n');
}

/** Null where a star is among them. */
function outputNames(query: Node): string[] | null {
  let select = 'SelectStmt' in query ? query.SelectStmt : undefined;
  while (select?.larg) select = select.larg;
  if (!select?.targetList) return null;
  const names: string[] = [];
  for (const target of select.targetList) {
    if (!('ResTarget' in target)) return null;
    const { name, val } = target.ResTarget;
    if (val && 'ColumnRef' in val && val.ColumnRef.fields?.some((f) => 'A_Star' in f)) return null;
    names.push(name ?? outputName(val));
  }
  return names;
}

/** Names of relations in other schemas than `public` get their schema, where the query leaves it to the search path. */
function withSchemas(query: Node, reads: readonly string[]): Node {
  const ctes = new Set<string>();
  walk(query, (type, node) => {
    if (type === 'CommonTableExpr') ctes.add((node as { ctename?: string }).ctename ?? '');
  });
  let changed = query;
  for (const key of reads) {
    const [schema = '', ...rest] = key.split('.');
    const name = rest.join('.');
    if (schema === 'public' || ctes.has(name)) continue;
    const isMeant = (r: RangeVar): boolean => r.schemaname === undefined && r.relname === name;
    changed = withRelationRenamed(changed, isMeant, schema, name);
  }
  return changed;
}

export function triggerStatements(p: Printing, table: Relation, t: Trigger): string[] {
  const on = qualified(table.schema, table.name);
  const events = t.events.map((event) =>
    event === 'update' && t.columns.length > 0 ? `UPDATE OF ${nameList(t.columns)}` : event.toUpperCase(),
  );
  const transitions = t.transitions.map((r) => `${r.isNew ? 'NEW' : 'OLD'} TABLE AS ${identifier(r.name)}`);
  const lines = [
    `CREATE ${t.constraint ? 'CONSTRAINT ' : ''}TRIGGER ${identifier(t.name)}`,
    `${t.timing.toUpperCase()} ${events.join(' OR ')} ON ${on}`,
    t.constraint?.deferrable && `DEFERRABLE${t.constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`,
    transitions.length > 0 && `REFERENCING ${transitions.join(' ')}`,
    `FOR EACH ${t.perRow ? 'ROW' : 'STATEMENT'}`,
    t.when && `WHEN (${p.trees.expression(t.when)})`,
    `EXECUTE FUNCTION ${t.functionName.map(identifier).join('.')}(${t.arguments.map(literal).join(', ')})`,
  ];
  const create = lines.filter(Boolean).join('\n  ');
  return t.enabled ? [create] : [create, `ALTER TABLE ${on} DISABLE TRIGGER ${identifier(t.name)}`];
}

const roleWords = new Set(['public', 'current_user', 'current_role', 'session_user']);

export function policyStatement(p: Printing, table: Relation, policy: Policy): string {
  const roles = policy.roles.map((role) => (roleWords.has(role) ? role.toUpperCase() : identifier(role)));
  const lines = [
    `CREATE POLICY ${identifier(policy.name)} ON ${qualified(table.schema, table.name)}`,
    !policy.permissive && 'AS RESTRICTIVE',
    policy.command !== 'all' && `FOR ${policy.command.toUpperCase()}`,
    roles.join() !== 'PUBLIC' && `TO ${roles.join(', ')}`,
    policy.using && `USING (${p.trees.expression(policy.using)})`,
    policy.check && `WITH CHECK (${p.trees.expression(policy.check)})`,
  ];
  return lines.filter(Boolean).join('\n  ');
}

/** ENABLE ROW LEVEL SECURITY, policies, triggers: what needs all tables and functions to be there. */
export function guardStatements(p: Printing, table: Relation): string[] {
  const name = relationName(p.catalog, keyOf(table));
  const parent = table.partitionOf === null ? undefined : p.catalog.relations.get(table.partitionOf);
  const own = (t: Trigger): boolean => !(t.perRow && parent?.triggers.some((g) => g.name === t.name && g.perRow));
  return [
    ...(table.rowSecurity.enabled ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`] : []),
    ...(table.rowSecurity.forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`] : []),
    ...table.policies.map((policy) => policyStatement(p, table, policy)),
    ...table.triggers.filter(own).flatMap((trigger) => triggerStatements(p, table, trigger)),
  ];
}
