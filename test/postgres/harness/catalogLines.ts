/**
 * What the files' catalog says of a schema, one fact a line, to be compared with a server's (catalogQueries.ts).
 * Expressions are compared by their presence only; the server prints them in its own words.
 */
import type { Catalog, Relation, TypeName } from '../../../server/src/catalog/catalog.ts';
import { relationKey } from '../../../server/src/catalog/catalog.ts';
import { columnsUsed } from '../../../server/src/catalog/expressions.ts';
import type { FunctionArgument, Trigger } from '../../../server/src/catalog/objects.ts';
import type { Version } from './servers.ts';

const words = (...parts: (string | false | null | undefined)[]): string => parts.filter(Boolean).join(' ');
const byBytes = (items: readonly string[]): string => [...items].sort().join(',');

/** What a type's name without modifiers means: `numeric(10)` is `numeric(10,0)`, `char` is `char(1)`. */
function typeText(type: TypeName | null): string {
  if (!type) return '?';
  const numbers = type.name === 'numeric' && type.modifiers.length === 1 ? [...type.modifiers, 0] : type.modifiers;
  const modifiers = numbers.length > 0 && type.name !== 'interval' ? `(${numbers.join(',')})` : '';
  const schema = type.schema === null || type.schema === 'public' ? '' : `${type.schema}.`;
  return `${schema}${type.name}${modifiers}${type.array ? '[]' : ''}`;
}

const plainType = (type: TypeName | null): string => typeText(type && { ...type, modifiers: [] });

/** @param version what a version does otherwise is left out */
export function fileLines(catalog: Catalog, version: Version): string[] {
  const lines: string[] = [];
  for (const relation of catalog.relations.values())
    if (!relation.temporary) lines.push(...relationLines(catalog, relation, version));
  for (const type of catalog.types.values()) {
    const key = relationKey(type.schema, type.name);
    if (type.kind === 'enum') lines.push(words('enum', key, type.values.join('|')));
    else if (type.kind === 'domain')
      lines.push(
        words(
          'domain',
          key,
          typeText(type.base),
          type.notNull && 'not null',
          type.default !== null && 'default',
          byBytes(type.checks.map((c) => `${c.name}${c.validated ? '' : ' not valid'}`)),
        ),
      );
    else if (type.kind === 'composite')
      lines.push(words('composite', key, type.attributes.map((a) => `${a.name} ${typeText(a.type)}`).join(',')));
    else lines.push(words(type.kind, key));
  }
  for (const definitions of catalog.functions.values())
    for (const f of definitions.filter((d) => d.schema !== 'pg_temp')) {
      const input = (a: FunctionArgument): boolean => a.mode !== 'out' && a.mode !== 'table';
      const types = f.arguments.filter(input).map((a) => plainType(a.type));
      lines.push(
        f.kind === 'aggregate'
          ? words('aggregate', `${f.schema}.${f.name}(${types.join(',')})`)
          : words(
              f.kind,
              `${f.schema}.${f.name}(${types.join(',')})`,
              f.language,
              f.volatility,
              f.strict && 'strict',
              f.securityDefiner && 'definer',
              f.returnsSet && 'set',
              f.settings.length > 0 && `settings ${byBytes(f.settings)}`,
            ),
      );
    }
  for (const name of catalog.extensions.keys()) if (name !== 'plpgsql') lines.push(`extension ${name}`);
  for (const name of catalog.namespaces.keys()) lines.push(`schema ${name}`);
  return lines.sort();
}

function relationLines(catalog: Catalog, r: Relation, version: Version): string[] {
  const key = relationKey(r.schema, r.name);
  if (r.kind === 'index') return [indexLine(catalog, r, key), ...indexNeeds(catalog, r)];
  // those of the toast table are its own
  const options = Object.keys(r.options).filter((name) => !name.includes('.'));
  const lines = [
    words(
      r.kind,
      key,
      // a sequence can be so from Postgres 15 on
      r.unlogged && r.kind !== 'sequence' && 'unlogged',
      r.rowSecurity.enabled && 'rls',
      r.rowSecurity.forced && 'forced',
      options.length > 0 && `options ${byBytes(options)}`,
      r.partitionOf !== null && `partition of ${r.partitionOf}`,
      r.inherits.length > 0 && `inherits ${r.inherits.join(',')}`,
      r.bound && `bound ${r.bound.kind}`,
      r.partitionKey && `by ${r.partitionKey.strategy} ${r.partitionKey.columns.map((c) => c ?? '?').join(',')}`,
      r.ownedBy && `owned by ${r.ownedBy.table}.${r.ownedBy.column}`,
      r.comment !== null && `comment ${r.comment}`,
    ),
  ];
  // until 17, identity stayed with the partitioned table
  const hasIdentity = r.partitionOf === null || version >= 17;
  for (const [i, c] of r.columns.entries())
    lines.push(
      words(
        `column ${key}.${c.name} ${i + 1}`,
        typeText(c.type),
        c.notNull && 'not null',
        c.hasDefault && c.identity === null && c.generated === null && 'default',
        c.identity !== null && hasIdentity && `identity ${c.identity}`,
        c.generated && (c.generated.stored ? 'stored' : 'virtual'),
        c.collation !== null && `collate ${c.collation}`,
      ),
    );
  for (const c of r.constraints) {
    if (c.kind === 'not-null') continue;
    const letter = (action: string): string =>
      action === 'no action' ? 'a' : action === 'set null' ? 'n' : action === 'set default' ? 'd' : action.charAt(0);
    lines.push(
      words(
        `constraint ${key}.${c.name}`,
        c.kind,
        byBytes(c.columns),
        !c.validated && 'not valid',
        c.deferrable && 'deferrable',
        c.noInherit && c.kind === 'check' && 'no inherit',
        c.kind === 'foreign' &&
          words(
            'to',
            c.references,
            byBytes(c.referencedColumns),
            `delete ${letter(c.onDelete)}`,
            `update ${letter(c.onUpdate)}`,
          ),
        c.index !== null && `index ${c.index}`,
      ),
    );
  }
  for (const t of r.triggers) lines.push(triggerLine(key, t));
  for (const p of r.policies)
    lines.push(
      words(
        `policy ${key}.${p.name}`,
        p.command,
        p.permissive ? 'permissive' : 'restrictive',
        byBytes(p.roles),
        p.using !== null && 'using',
        p.check !== null && 'check',
      ),
    );
  lines.push(...needsOf(r, version));
  for (const { table, name, columns: referenced } of r.referencedBy)
    lines.push(words('referenced', key, byBytes(referenced), 'by', table, name));
  for (const d of r.dependents)
    if (d.kind === 'view' || d.kind === 'materialized view')
      for (const column of d.columns ?? ['?']) lines.push(`uses ${d.name} ${key}.${column}`);
  return lines;
}

function indexLine(catalog: Catalog, r: Relation, key: string): string {
  const i = r.index;
  const table = catalog.relations.get(r.table ?? '');
  const keys = i?.keys.map((k) => `${k.column ?? '(…)'}${k.descending ? ' desc' : ''}${k.nullsFirst ? ' first' : ''}`);
  const options = Object.keys(i?.options ?? {});
  const parent = r.partitionOf === null ? undefined : catalog.relations.get(r.partitionOf);
  return words(
    `index ${key} on ${table?.name}`,
    i?.method,
    i?.unique && 'unique',
    keys?.join(','),
    i && i.include.length > 0 && `include ${i.include.join(',')}`,
    i?.where != null && 'partial',
    options.length > 0 && `options ${byBytes(options)}`,
    i?.constraint != null && `constraint ${i.constraint}`,
    r.partitionOf !== null && `part of ${parent?.name ?? r.partitionOf}`,
    r.comment !== null && `comment ${r.comment}`,
  );
}

/** Of an index that belongs to a constraint, the constraint needs the plain columns. */
function indexNeeds(catalog: Catalog, r: Relation): string[] {
  if (!r.index || r.index.constraint !== null) return [];
  const { keys, include, where } = r.index;
  const columns = [...keys.flatMap((k) => k.column ?? columnsUsed(k.expression)), ...include, ...columnsUsed(where)];
  const table = catalog.relations.get(r.table ?? '');
  return [...new Set(columns)].map((column) => `needs index ${r.schema}.${r.name} ${table?.name}.${column}`);
}

function needsOf(r: Relation, version: Version): string[] {
  const own = new Set(r.columns.map((c) => c.name));
  const lines = (kind: string, name: string | null, columns: readonly string[]): string[] =>
    [...new Set(columns)]
      .filter((column) => own.has(column))
      .map((column) => `needs ${kind} ${r.schema}.${name} ${r.name}.${column}`);
  return [
    // Postgres 14 notes it at the column, not at its expression
    ...(version === 14 ? [] : r.columns).flatMap((c) =>
      lines('generated', c.name, columnsUsed(c.generated?.expression)),
    ),
    ...r.constraints.flatMap((c) => (c.kind === 'check' ? lines('check', c.name, columnsUsed(c.expression)) : [])),
    ...r.policies.flatMap((p) =>
      lines('policy', p.name, r.dependents.find((d) => d.kind === 'policy' && d.name === p.name)?.columns ?? []),
    ),
    ...r.triggers.flatMap((t) => lines('trigger', t.name, [...t.columns, ...columnsUsed(t.when)])),
  ];
}

const triggerLine = (key: string, t: Trigger): string =>
  words(
    `trigger ${key}.${t.name}`,
    t.timing,
    t.events.join(','),
    t.perRow ? 'row' : 'statement',
    t.functionName.at(-1),
    t.columns.length > 0 && `of ${byBytes(t.columns)}`,
    t.when !== null && 'when',
    !t.enabled && 'disabled',
  );

/** What only one of the two has, marked by whose it is. A type that the files do not tell (`?`) may be any. */
export function difference(server: readonly string[], files: readonly string[]): string[] {
  const typed = new Map(server.map((line) => [line.startsWith('column ') ? untyped(line) : line, line]));
  const told = files.map((line) =>
    line.includes(' ? ') || line.endsWith(' ?') ? (typed.get(untyped(line)) ?? line) : line,
  );
  const onServer = new Set(server);
  const inFiles = new Set(told);
  return [
    ...server.filter((line) => !inFiles.has(line)).map((line) => `server: ${line}`),
    ...told.filter((line) => !onServer.has(line)).map((line) => `files:  ${line}`),
  ].sort((a, b) => (a.slice(8) < b.slice(8) ? -1 : 1));
}

const untyped = (line: string): string => line.replace(/^(column \S+ \d+) \S+/, '$1 ?');

/** How many lines of each kind. */
export function counts(lines: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of lines) {
    const kind = /^(?:materialized view|foreign table|\S+)/.exec(line)?.[0] ?? '';
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}
