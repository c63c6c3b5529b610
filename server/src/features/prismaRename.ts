/**
 * Rename in Prisma's schemas: the name changes in all files of the schema, and the database keeps its own, by `@map` and
 * `@@map`. Without those Prisma would drop the column or table and make an empty one.
 */
import type { Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { addToModel, removal } from '../rules/prisma/modelEdits.ts';
import type { Edit } from '../rules/rule.ts';
import { joinTablesOf } from '../sources/prisma/joinTables.ts';
import { type Declared, hasColumn, type PrismaSchema, scalarTypes } from '../sources/prisma/model.ts';
import { declarationOf, type PrismaThing, prismaNameAt, usesOf } from '../sources/prisma/names.ts';
import { type Attribute, argumentOf, attributeOf, type Member, type Span, stringOf } from '../sources/prisma/syntax.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import type { DocumentOf } from './definition.ts';
import { rangeOf, withLineEnds } from './place.ts';

export interface RenameTarget {
  readonly range: Range;
  readonly placeholder: string;
}

/** @returns null where there is no name; a sentence where it cannot be renamed now */
export function prepareRenameAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  position: Position,
): RenameTarget | string | null {
  const found = thingAt(document, file, workspace, position);
  if (!found) return null;
  const refusal = unreadIn(found.schema) ?? declaredTwice(found.schema, found.thing);
  return refusal ?? { range: rangeOf(document, found.thing), placeholder: nameOf(found.thing) };
}

/** @returns a sentence where the name cannot be given */
export function renameAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
  newName: string,
): WorkspaceEdit | string | null {
  const found = thingAt(document, file, workspace, position);
  if (!found) return null;
  const { schema, thing } = found;
  if (newName === nameOf(thing)) return { changes: {} };
  const refusal =
    unreadIn(schema) ??
    declaredTwice(schema, thing) ??
    notAName(schema, thing, newName) ??
    swapped(schema, thing, newName);
  if (refusal !== null) return refusal;
  const changes: Record<string, TextEdit[]> = {};
  for (const { at, edits } of editsOf(schema, thing, newName)) {
    const other = documentOf(at.uri);
    if (!other) return `${at.uri} cannot be read.`;
    const start = at.file.startOf(at.block);
    changes[at.uri] ??= [];
    for (const edit of edits)
      changes[at.uri]?.push({
        range: rangeOf(other, { start: start + edit.start, end: start + edit.end }),
        newText: withLineEnds(other, edit.newText),
      });
  }
  return { changes };
}

/** The name of the schema that stands there; null where there is none. */
export function thingAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  position: Position,
): { readonly schema: PrismaSchema; readonly thing: PrismaThing & Span } | null {
  const schema = workspace.prismaFiles(file.uri)?.schema;
  const read = workspace.prismaFile(file.uri);
  const thing = schema && read ? prismaNameAt(schema, read, document.offsetAt(position)) : null;
  return schema && thing ? { schema, thing } : null;
}

export function nameOf(thing: PrismaThing): string {
  switch (thing.kind) {
    case 'model':
      return thing.model.name;
    case 'enum':
      return thing.type.name;
    case 'field':
      return thing.field.name;
    case 'value':
      return thing.value.name;
  }
}

// What speaks against it

/** A line that is half typed may use the name. */
function unreadIn(schema: PrismaSchema): string | null {
  for (const { block, name } of [...schema.models, ...schema.enums]) {
    const broken = block.members.find((member) => member.broken);
    if (broken)
      return `A line of ${name} cannot be read, and may use the name: "${block.text.slice(broken.start, broken.end).split('\n')[0]}". Finish it first.`;
  }
  return null;
}

function declaredTwice({ models, enums }: PrismaSchema, thing: PrismaThing): string | null {
  const name = nameOf(thing);
  const all =
    thing.kind === 'field'
      ? thing.model.fields.map((field) => field.name)
      : thing.kind === 'value'
        ? thing.type.values.map((value) => value.name)
        : [...models, ...enums].map((declared) => declared.name);
  return all.filter((other) => other === name).length > 1 ? `${name} is declared twice.` : null;
}

/** Names that Prisma's engine refuses for models and enums: words of JavaScript, mostly. */
const reserved: ReadonlySet<string> = new Set([
  ...scalarTypes,
  ...`async await break case catch class const continue debugger default delete do else enum export extends false finally
      for function if implements import in instanceof interface let new null package private protected public return
      super this throw true try typeof using var void while with yield PrismaClient`.split(/\s+/),
]);

function notAName({ models, enums }: PrismaSchema, thing: PrismaThing, name: string): string | null {
  if (!/^\p{L}[\p{L}\p{N}_]*$/u.test(name))
    return `${name} is no name in Prisma's language: it begins with a letter, and goes on with letters, digits and _.`;
  if (thing.kind === 'field')
    return thing.model.fields.some((field) => field.name === name) ? `${thing.model.name} has a field ${name}.` : null;
  if (thing.kind === 'value')
    return thing.type.values.some((value) => value.name === name) ? `${thing.type.name} has a value ${name}.` : null;
  if (reserved.has(name)) return `Prisma keeps the name ${name} for itself.`;
  return [...models, ...enums].some((declared) => declared.name === name) ? `There is a ${name} already.` : null;
}

/** The table between two lists has columns A and B, which belong to the names in their order: that cannot be mapped. */
function swapped(schema: PrismaSchema, thing: PrismaThing, name: string): string | null {
  for (const { table, sides } of joinTablesOf(schema)) {
    const isOne = sides[0].model === sides[1].model;
    const names = sides.map(({ model, field }) => {
      if (isOne) return thing.kind === 'field' && thing.field === field ? name : field.name;
      return thing.kind === 'model' && thing.model === model ? name : model.name;
    }) as [string, string];
    if (names[0] < names[1]) continue;
    const other = names.find((each) => each !== name);
    return `The table ${table} would mean the opposite: its columns A and B belong to ${isOne ? 'the fields' : 'the models'} in the order of their names, and ${name} comes on the other side of ${other}. Choose a name that keeps the order.`;
  }
  return null;
}

// What is changed

interface BlockEdits {
  readonly at: Declared;
  /** Offsets into the block's text. */
  readonly edits: readonly Edit[];
}

function editsOf(schema: PrismaSchema, thing: PrismaThing, newName: string): BlockEdits[] {
  const edits: BlockEdits[] = usesOf(schema, thing).map(({ at, span }) => ({
    at,
    edits: [{ start: span.start, end: span.end, newText: newName }],
  }));
  if (thing.kind === 'model')
    for (const { isNamed, table, sides } of joinTablesOf(schema))
      if (!isNamed && sides.some(({ model }) => model === thing.model))
        for (const { model, field } of sides) edits.push({ at: model, edits: [named(field.member, table.slice(1))] });
  const { at } = declarationOf(thing);
  const kept = keptName(thing, newName);
  return merged(kept ? [...edits, { at, edits: [kept] }] : edits);
}

/** What keeps the database's name; null where it is kept anyhow. */
function keptName(thing: PrismaThing, newName: string): Edit | null {
  if (thing.kind === 'field' && !hasColumn(thing.field)) return null;
  const { block } = declarationOf(thing).at;
  const member = thing.kind === 'field' ? thing.field.member : thing.kind === 'value' ? thing.value.member : null;
  const map = member
    ? attributeOf(member, 'map')
    : block.members.flatMap(({ attributes }) => attributes).find(({ ofBlock, name }) => ofBlock && name === 'map');
  if (map) return stringOf(argumentOf(map, 'name', true)) === newName ? removal(block, map) : null;
  const written = JSON.stringify(nameOf(thing));
  return member
    ? { start: member.end, end: member.end, newText: ` @map(${written})` }
    : addToModel({ block }, `@@map(${written})`);
}

/** The relation's name, which was that of both models. */
function named(member: Member, name: string): Edit {
  const relation: Attribute | undefined = attributeOf(member, 'relation');
  if (!relation) return { start: member.end, end: member.end, newText: ` @relation(${JSON.stringify(name)})` };
  const [first] = relation.args;
  return first
    ? { start: first.start, end: first.start, newText: `${JSON.stringify(name)}, ` }
    : { start: relation.start, end: relation.end, newText: `@relation(${JSON.stringify(name)})` };
}

/** Several edits at one place are one: editors may put them in either order. */
function merged(all: readonly BlockEdits[]): BlockEdits[] {
  const byBlock = new Map<Declared, Edit[]>();
  for (const { at, edits } of all) byBlock.set(at, [...(byBlock.get(at) ?? []), ...edits]);
  return [...byBlock].map(([at, edits]) => {
    const joined: Edit[] = [];
    for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      const last = joined.at(-1);
      if (last && last.end === edit.start)
        joined[joined.length - 1] = { start: last.start, end: edit.end, newText: last.newText + edit.newText };
      else joined.push(edit);
    }
    return { at, edits: joined };
  });
}
