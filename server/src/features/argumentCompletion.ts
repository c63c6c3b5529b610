/** Names of tables and columns in the arguments of a migration tool's calls. */

import { type Relation, relationKey } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { type Candidate, columnCount } from '../completion/candidates.ts';
import type { ArgumentAt } from '../sources/source.ts';
import { argumentThere } from '../surroundings.ts';
import type { Span } from '../syntax/tokens.ts';
import type { FileState, Workspace } from '../workspace.ts';

export interface ArgumentCandidates {
  readonly candidates: readonly Candidate[];
  /** What is replaced, as UTF-16 offsets into the file. */
  readonly span: Span;
}

/** Null where no argument that names something is typed. */
export function argumentCandidatesAt(file: FileState, workspace: Workspace, offset: number): ArgumentCandidates | null {
  const there = argumentThere(workspace, file, offset);
  return there && { candidates: candidatesOf(there.argument, there.point.before), span: there.argument.span };
}

const tableKinds = new Set(['table', 'partitioned', 'foreign table', 'view', 'materialized view']);

function candidatesOf({ names, table, schema: namespace }: ArgumentAt, schema: SchemaReader): Candidate[] {
  const within = namespace ?? schema.session.schema;
  const relations = (): Relation[] => schema.contentsOf(within).relations.flatMap((key) => schema.relation(key) ?? []);
  const ofTable = table === null ? undefined : schema.relation(relationKey(within, table));
  switch (names) {
    case 'table':
      return relations().flatMap((r) => (tableKinds.has(r.kind) ? [named(r.name, 'table', columnCount(r))] : []));
    case 'index':
      return relations().flatMap((r) =>
        r.kind === 'index' && (!ofTable || r.table === relationKey(within, table ?? ''))
          ? [named(r.name, 'index', r.table)]
          : [],
      );
    case 'column':
      return columnsOf(ofTable);
    case 'constraint':
      return (ofTable?.constraints ?? []).flatMap((c) =>
        c.name === null || c.kind === 'not-null' ? [] : [named(c.name, 'index', c.kind)],
      );
    case 'table.column':
      return table === null
        ? relations().flatMap((r) => (tableKinds.has(r.kind) ? keyColumns(r) : []))
        : columnsOf(ofTable).map((c) => ({ ...c, label: `${table}.${c.label}`, insert: `${table}.${c.insert}` }));
  }
}

const named = (name: string, kind: Candidate['kind'], detail: string | null): Candidate => ({
  label: name,
  insert: name,
  kind,
  detail,
  rank: 0,
});

const columnsOf = (table: Relation | undefined): Candidate[] =>
  (table?.columns ?? []).map((c) => named(c.name, 'column', c.type && printType(c.type)));

/** What foreign keys mostly refer to: `users.id`. */
const keyColumns = (table: Relation): Candidate[] =>
  table.constraints.flatMap((c) =>
    (c.kind === 'primary' || c.kind === 'unique') && c.columns.length === 1
      ? [named(`${table.name}.${c.columns[0]}`, 'column', c.kind === 'primary' ? 'primary key' : 'unique')]
      : [],
  );
