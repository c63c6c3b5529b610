/** The statements that lead from one state of the schema back to an earlier one, difference by difference. */
import { type Catalog, type Column, columnOf, constraintOf, type Relation } from '../catalog/catalog.ts';
import { type Difference, type SchemaPart, sameType } from '../catalog/difference.ts';
import type { FunctionDefinition } from '../catalog/objects.ts';
import { canCast, isBuiltIn, needsUsing } from '../facts/typeConversion.ts';
import type { Parser } from '../syntax/parser.ts';
import {
  functionStatement,
  guardStatements,
  policyStatement,
  triggerStatements,
  typeStatements,
  viewStatement,
} from './objectDdl.ts';
import { identifier, literal, qualified, relationName, TreePrinter, typeText } from './print.ts';
import {
  columnText,
  constraintText,
  foreignKeyStatements,
  indexText,
  type Printing,
  tableStatements,
} from './tableDdl.ts';

export interface Undo {
  /** In the order in which they run; without their ends. */
  readonly statements: readonly string[];
  /** How many of them, the last ones, take away what tables may use: types and functions. */
  readonly late: number;
}

/** What can be there only when what stands before it is. */
const order = [
  'type',
  'function',
  'table',
  'column',
  'key',
  'foreign key',
  'index',
  'view',
  'trigger',
  'policy',
] as const;
type Rank = (typeof order)[number];

interface Step {
  readonly rank: Rank;
  readonly statements: readonly string[];
}

/**
 * Null where some of it cannot be taken back, or the files do not tell what was there.
 * @param differences of `after` from `before`, in the order in which they came about
 */
export function undoStatements(
  differences: readonly Difference[],
  before: Catalog,
  after: Catalog,
  parser: Parser,
): Undo | null {
  const trees = new TreePrinter(parser);
  const states = { was: { catalog: before, trees }, is: { catalog: after, trees } };
  const drops: Step[] = [];
  const makes: Step[] = [];
  const said = new Set<string>();
  // what came last goes first
  for (const { kind, part } of differences.toReversed()) {
    // all that is another about a column is changed at once
    const key = part.kind === 'column' ? `${kind} ${part.table} ${part.name}` : '';
    if (key !== '' && said.has(key)) continue;
    said.add(key);
    const drop =
      kind === 'missing' ? [] : kind === 'changed' && !isMadeAnew(part, after) ? [] : [dropping(part, states.is)];
    const make =
      kind === 'left'
        ? []
        : kind === 'changed' && !isMadeAnew(part, after)
          ? [changing(part, states)]
          : [making(part, states.was)];
    if ([...drop, ...make].includes(null)) return null;
    drops.push(...(drop as Step[]));
    makes.push(...(make as Step[]));
  }
  const ranked = (steps: readonly Step[], direction: 1 | -1): Step[] =>
    steps.toSorted((a, b) => direction * (order.indexOf(a.rank) - order.indexOf(b.rank)));
  const isLate = ({ rank }: Step): boolean => rank === 'type' || rank === 'function';
  const early = ranked(
    drops.filter((s) => !isLate(s)),
    -1,
  );
  const late = ranked(drops.filter(isLate), -1).flatMap((s) => s.statements);
  const statements = [...early, ...ranked(makes, 1)].flatMap((s) => s.statements);
  // comments stand where the files do not tell all
  if (statements.some((s) => /\/\*|(?:^|\s)--/.test(s))) return null;
  return { statements: [...statements, ...late], late: late.length };
}

/** What is not altered: it is dropped and created again. */
const isMadeAnew = (part: SchemaPart, { relations }: Catalog): boolean =>
  part.kind === 'constraint' ||
  (part.kind === 'relation' && /^(?:index|view|materialized view)$/.test(relations.get(part.key)?.kind ?? ''));

const tableOf = (key: string, { catalog }: Printing): string => `ALTER TABLE ${relationName(catalog, key)}`;

function dropping(part: SchemaPart, p: Printing): Step | null {
  const step = (rank: Rank, sql: string): Step => ({ rank, statements: [sql] });
  switch (part.kind) {
    case 'relation': {
      const relation = p.catalog.relations.get(part.key);
      const words = relation && relationWords[relation.kind];
      return words ? step(words.rank, `DROP ${words.kind} ${relationName(p.catalog, part.key)}`) : null;
    }
    case 'column':
      return step('column', `${tableOf(part.table, p)} DROP COLUMN ${identifier(part.name)}`);
    case 'constraint': {
      const kind = constraintOf(p.catalog.relations.get(part.table), part.name)?.kind;
      const rank = kind === 'foreign' ? 'foreign key' : 'key';
      return step(rank, `${tableOf(part.table, p)} DROP CONSTRAINT ${identifier(part.name)}`);
    }
    case 'trigger':
    case 'policy':
      return step(
        part.kind,
        `DROP ${part.kind.toUpperCase()} ${identifier(part.name)} ON ${relationName(p.catalog, part.table)}`,
      );
    case 'type': {
      const type = p.catalog.types.get(part.key);
      return type
        ? step('type', `DROP ${type.kind === 'domain' ? 'DOMAIN' : 'TYPE'} ${qualified(type.schema, type.name)}`)
        : null;
    }
    case 'function':
      return droppingFunction(part.definition, p);
    case 'row security':
      return null;
  }
}

const relationWords: Readonly<Partial<Record<Relation['kind'], { readonly kind: string; readonly rank: Rank }>>> = {
  table: { kind: 'TABLE', rank: 'table' },
  partitioned: { kind: 'TABLE', rank: 'table' },
  view: { kind: 'VIEW', rank: 'view' },
  'materialized view': { kind: 'MATERIALIZED VIEW', rank: 'view' },
  sequence: { kind: 'SEQUENCE', rank: 'table' },
  index: { kind: 'INDEX', rank: 'index' },
};

function droppingFunction({ kind, schema, name, arguments: all }: FunctionDefinition, p: Printing): Step | null {
  const inputs = all.filter(({ mode }) => mode !== 'out' && mode !== 'table');
  const types = inputs.map(({ type }) => (type ? typeText(p.catalog, type) : null));
  if (kind === 'aggregate' || types.includes(null)) return null;
  return {
    rank: 'function',
    statements: [`DROP ${kind.toUpperCase()} ${qualified(schema, name)}(${types.join(', ')})`],
  };
}

function making(part: SchemaPart, p: Printing): Step | null {
  const { relations } = p.catalog;
  switch (part.kind) {
    case 'relation': {
      const relation = relations.get(part.key);
      return relation?.complete || relation?.kind === 'index' ? makingRelation(relation, p) : null;
    }
    case 'column': {
      const table = relations.get(part.table);
      const column = columnOf(table, part.name);
      // rows would have nothing in it
      const isFilled = column && (!column.notNull || column.hasDefault || column.serial);
      return table && isFilled
        ? { rank: 'column', statements: [`${tableOf(part.table, p)} ADD COLUMN ${columnText(p, table, column)}`] }
        : null;
    }
    case 'constraint': {
      const table = relations.get(part.table);
      const constraint = constraintOf(table, part.name);
      if (!table || !constraint) return null;
      const rank = constraint.kind === 'foreign' ? 'foreign key' : 'key';
      return { rank, statements: [`${tableOf(part.table, p)} ADD ${constraintText(p, table, constraint)}`] };
    }
    case 'trigger': {
      const table = relations.get(part.table);
      const trigger = table?.triggers.find((t) => t.name === part.name);
      return table && trigger ? { rank: 'trigger', statements: triggerStatements(p, table, trigger) } : null;
    }
    case 'policy': {
      const table = relations.get(part.table);
      const policy = table?.policies.find((t) => t.name === part.name);
      return table && policy ? { rank: 'policy', statements: [policyStatement(p, table, policy)] } : null;
    }
    case 'type': {
      const type = p.catalog.types.get(part.key);
      const statements = type?.complete ? typeStatements(p, type) : [];
      return statements.length > 0 ? { rank: 'type', statements } : null;
    }
    case 'function': {
      const sql = functionStatement(p, part.definition);
      return sql === null ? null : { rank: 'function', statements: [sql] };
    }
    case 'row security':
      return null;
  }
}

function makingRelation(relation: Relation, p: Printing): Step | null {
  switch (relation.kind) {
    case 'table':
    case 'partitioned': {
      const comment =
        relation.comment === null
          ? []
          : [`COMMENT ON TABLE ${qualified(relation.schema, relation.name)} IS ${literal(relation.comment)}`];
      const foreign = foreignKeyStatements(p, relation);
      const statements = [...tableStatements(p, relation), ...foreign, ...guardStatements(p, relation), ...comment];
      return { rank: 'table', statements };
    }
    case 'index': {
      const table = p.catalog.relations.get(relation.table ?? '');
      return table && relation.index
        ? { rank: 'index', statements: [indexText(p, relation, relation.index, table)] }
        : null;
    }
    case 'view':
    case 'materialized view': {
      const sql = viewStatement(p, relation);
      return sql === null || relation.indexes.length > 0 ? null : { rank: 'view', statements: [sql] };
    }
    default:
      return null;
  }
}

interface States {
  readonly was: Printing;
  readonly is: Printing;
}

function changing(part: SchemaPart, { was, is }: States): Step | null {
  if (part.kind === 'row security') {
    const enabled = was.catalog.relations.get(part.table)?.rowSecurity.enabled;
    return {
      rank: 'table',
      statements: [`${tableOf(part.table, is)} ${enabled ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`],
    };
  }
  if (part.kind === 'function') {
    const sql = functionStatement(was, part.definition);
    return sql === null ? null : { rank: 'function', statements: [sql.replace(/^CREATE /, 'CREATE OR REPLACE ')] };
  }
  if (part.kind !== 'column') return null;
  const old = columnOf(was.catalog.relations.get(part.table), part.name);
  const now = columnOf(is.catalog.relations.get(part.table), part.name);
  const actions = old && now ? columnActions(old, now, was) : null;
  const alter = `${tableOf(part.table, is)} ALTER COLUMN ${identifier(part.name)} `;
  return actions && { rank: 'column', statements: actions.map((action) => alter + action) };
}

/** What of ALTER COLUMN makes it what it was; null where that is not known, or no such thing. */
function columnActions(old: Column, now: Column, was: Printing): string[] | null {
  if (old.identity !== now.identity || (old.generated === null) !== (now.generated === null)) return null;
  if (!old.type || !now.type || (old.hasDefault && !old.default && !now.hasDefault)) return null;
  const actions: string[] = [];
  const isOther = !sameType(old.type, now.type);
  // a default of another type cannot always be converted
  const setsAnew = isOther && old.hasDefault && now.hasDefault && !(isBuiltIn(old.type) && isBuiltIn(now.type));
  if (setsAnew && !old.default) return null;
  if (now.hasDefault && (!old.hasDefault || setsAnew)) actions.push('DROP DEFAULT');
  if (isOther) {
    const text = typeText(was.catalog, old.type);
    const isOwn = !isBuiltIn(old.type);
    if (needsUsing(now.type, old.type) && !canCast(now.type, old.type)) return null;
    const using = needsUsing(now.type, old.type)
      ? ` USING ${identifier(old.name)}::${text}`
      : isOwn
        ? ` USING ${identifier(old.name)}::text::${text}`
        : '';
    actions.push(`TYPE ${text}${using}`);
  }
  if (old.default && (!now.hasDefault || setsAnew)) actions.push(`SET DEFAULT ${was.trees.operand(old.default)}`);
  if (old.notNull !== now.notNull) actions.push(old.notNull ? 'SET NOT NULL' : 'DROP NOT NULL');
  return actions;
}
