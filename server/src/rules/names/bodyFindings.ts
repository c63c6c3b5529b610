/** What to say of the names in a function's body that Postgres will not find. */
import { isBookkeeping } from '../../catalog/bookkeeping.ts';
import { relationKey } from '../../catalog/catalog.ts';
import type { Span } from '../../syntax/tokens.ts';
import { quoteIdentifier } from '../edits.ts';
import type { RuleContext } from '../rule.ts';
import { homesIn, type UnknownName } from './bodyFinder.ts';
import { type Gone, goneColumn, goneRelation } from './earlier.ts';
import { mayBeMadeByFunction } from './madeByFunctions.ts';
import { changeTo, fixesFor, mayBeBuilt, meantText, nearestNames, systemNames } from './nearest.ts';
import type { UnknownNames } from './unknownInBody.ts';
import { columnList, inWords, withoutColumn } from './visibleColumns.ts';

type Context = Pick<RuleContext, 'report'>;
type Unknown<What extends UnknownName['what']> = UnknownName & { readonly what: What };

/** The words that a finding begins with. */
export const fails = ({ atCreation }: UnknownNames): string =>
  atCreation ? 'This fails' : 'This fails when it is reached';

const ifItHasRun = 'Where this migration has run, correct it in a new one: CREATE OR REPLACE FUNCTION.';

export const advice = ({ atCreation }: UnknownNames, text: string): string =>
  atCreation ? text : `${text} ${ifItHasRun}`;

/** Whether the function's own search path leaves out what is named without a schema: that is told by another rule. */
export function isOutsideOwnPath(
  { relation, key, name }: Unknown<'table'>,
  { path, reader, wholeHistory }: UnknownNames,
): boolean {
  if (relation.schemaname || !path.isOwn || !path.schemas || isOfSystem(name)) return false;
  const hasHome = homesIn(reader.contentsOf(null).relations, name).length > 0;
  // a trigger that the files do not show may give the function its changed rows under that name
  if (path.schemas.length === 0) return wholeHistory || hasHome;
  return goneRelation(key, reader) === null && hasHome;
}

export function reportOutside(unknown: Unknown<'table' | 'outside'>, found: UnknownNames, context: Context): void {
  const { place, name } = unknown;
  const { path, reader, wholeHistory, laterOnly } = found;
  if (laterOnly || !path.schemas || mayBeMadeByFunction(name, reader)) return;
  const homes = unknown.what === 'outside' ? unknown.homes : homesIn(reader.contentsOf(null).relations, name);
  // only of an empty path it is certain by itself what it does not have
  const isCertain =
    path.schemas.length === 0 ||
    (wholeHistory && !reader.doubts('relations') && !reader.doubts('origin') && path.schemas.every(isOfTheFiles));
  function isOfTheFiles(schema: string): boolean {
    return schema === 'public' || schema.includes(',') || reader.hasNamespace(schema);
  }
  if (!isCertain) return;
  const [home, ...others] = homes.map(quoteIdentifier);
  context.report(
    place,
    `${fails(found)}: the function sets search_path to ${path.written}, where ${name} is not found.`,
    advice(
      found,
      home && others.length === 0 ? `Write ${home}.${quoteIdentifier(name)}.` : 'Write it with its schema.',
    ),
    home && others.length === 0
      ? [
          {
            title: `Write it with its schema: ${home}`,
            safe: false,
            edits: [{ start: place.start, end: place.start, newText: `${home}.` }],
          },
        ]
      : [],
  );
}

export function reportTable(unknown: Unknown<'table'>, found: UnknownNames, context: Context): void {
  const { reader, wholeHistory, laterOnly, atCreation } = found;
  const { relation, key, name, place, others } = unknown;
  const namespace = key.slice(0, key.length - name.length - 1);
  if (isOfSystem(name) || isOfSystem(namespace)) {
    reportSystemTable(unknown, found, context);
    return;
  }
  if (namespace !== 'public' && !reader.hasNamespace(namespace)) return;
  if (reader.doubts('relations') || reader.doubts(`of ${key}`) || reader.type(key)) return;
  // a temporary table hides another one of its name
  if (reader.versionsOf(key).some(({ relation: r }) => r?.temporary)) return;
  if (isBookkeeping(name)) return;
  // which schema is meant, the session that calls decides
  if (relation.schemaname === undefined && homesIn(reader.contentsOf(null).relations, name).length > 0) return;
  if (mayBeMadeByFunction(name, reader)) return;
  const relations = reader
    .contentsOf(namespace)
    .relations.flatMap((other) => reader.relation(other) ?? [])
    .filter(({ kind }) => kind !== 'index' && kind !== 'sequence');
  const names = relations.map((other) => other.name);
  if (!relation.schemaname) names.push(...others, ...systemNames(undefined));
  const meant = nearestNames(name, names);
  // a partition has a number in its name, or something that nothing else is called like
  const built = relations.filter(
    (r) => meant.length === 0 || !name.startsWith(`${r.name}_`) || /\d/.test(name.slice(r.name.length)),
  );
  if (mayBeBuilt(name, built)) return;
  const gone = goneRelation(key, reader);
  if (gone && (gone.isLater || !laterOnly)) {
    const isThere = gone.renamedTo !== null && reader.relation(relationKey(namespace, gone.renamedTo)) !== undefined;
    reportGone(`${name} ${gone.how}`, { ...gone, renamedTo: isThere ? gone.renamedTo : null }, place, found, context);
    return;
  }
  if (gone || laterOnly || !wholeHistory || reader.doubts('origin')) return;
  if (meant.length > 0) reportMisspelt(meant, unknown, found, context);
  else if (relations.length >= fewTables && !unknown.mayBeChangedRows)
    context.report(
      place,
      `The files${atCreation ? ' before' : ''} leave no table ${name}: this fails${atCreation ? '' : ' when it is reached'}, unless something else has created it.`,
      advice(found, 'Create it, or correct the name.'),
      [],
      { severity: 'warning' },
    );
}

/** Files that have created fewer tables than these may be just an addition to what is there. */
const fewTables = 3;

function reportMisspelt(
  meant: readonly string[],
  { name, place }: Unknown<'table'>,
  found: UnknownNames,
  context: Context,
): void {
  context.report(
    place,
    `${fails(found)}: there is no table ${name}.`,
    advice(found, meantText(name, meant)),
    fixesFor(meant, place),
  );
}

const isOfSystem = (name: string): boolean => name.startsWith('pg_') || name === 'information_schema';

/** Extensions bring views that are called alike. */
function reportSystemTable(unknown: Unknown<'table'>, found: UnknownNames, context: Context): void {
  if (found.laterOnly || found.reader.doubts('relations')) return;
  const meant = nearestNames(unknown.name, systemNames(unknown.relation.schemaname));
  if (meant.length > 0) reportMisspelt(meant, unknown, found, context);
}

function reportGone(what: string, gone: Gone, place: Span, found: UnknownNames, context: Context): void {
  const { renamedTo, isLater, related } = gone;
  const use = renamedTo === null ? 'Leave it out, or name another one.' : `Use ${renamedTo}.`;
  const replace =
    renamedTo === null
      ? 'Replace the function, or drop it, where the change is made: CREATE OR REPLACE FUNCTION.'
      : `Replace the function where the change is made (CREATE OR REPLACE FUNCTION), with ${renamedTo} here.`;
  context.report(
    place,
    `${fails(found)}: ${what}${found.atCreation ? ' before' : ''}.`,
    isLater ? replace : advice(found, use),
    // at this place of the history it was right
    renamedTo === null || isLater ? [] : [changeTo(renamedTo, place)],
    { related },
  );
}

export function reportColumn(unknown: Unknown<'column'>, found: UnknownNames, context: Context): void {
  const { place, name, items, ofOne, variables } = unknown;
  const { reader, laterOnly, language } = found;
  // a function adds columns when it is called
  if (items.some((item) => item.relation && mayBeMadeByFunction(item.relation.name, reader))) return;
  for (const { key } of items) {
    const gone = key === null ? null : goneColumn(key, name, reader);
    if (!gone || (laterOnly && !gone.isLater)) continue;
    const where = withoutColumn(name, items, ofOne || items.length === 1);
    reportGone(`${where}; it ${gone.how}`, gone, place, found, context);
    return;
  }
  if (laterOnly) return;
  const own = language === 'sql' ? 'parameter' : 'variable';
  const where =
    items.length === 0
      ? `there is no ${own} ${name} here`
      : ofOne
        ? withoutColumn(name, items, true)
        : `${withoutColumn(name, items, items.length === 1)}, and no ${own} has that name`;
  const columns = items.flatMap((i) => i.columns.map((c) => c.name));
  const meant = nearestNames(name, [...variables, ...columns]);
  context.report(
    place,
    `${fails(found)}: ${where}.`,
    advice(
      found,
      meant.length > 0 ? meantText(name, meant) : items.length > 0 ? columnList(items) : 'Correct the name.',
    ),
    fixesFor(meant, place),
  );
}

export function reportQualifier(unknown: Unknown<'qualifier'>, found: UnknownNames, context: Context): void {
  if (found.laterOnly) return;
  const { place, name, candidates } = unknown;
  const meant = nearestNames(name, candidates);
  context.report(
    place,
    found.language === 'sql'
      ? `${fails(found)}: ${name} is neither in FROM nor a parameter.`
      : `${fails(found)}: ${name} is neither in FROM nor a record nor the label of a block.`,
    advice(found, meant.length > 0 ? meantText(name, meant) : 'Correct the name.'),
    fixesFor(meant, place),
  );
}

export function reportField(unknown: Unknown<'field'>, found: UnknownNames, context: Context): void {
  const { place, name, record, rows } = unknown;
  const { reader, laterOnly } = found;
  const tables = rows.flatMap((row) => row.table ?? []);
  if (tables.some((table) => mayBeMadeByFunction(table.name, reader))) return;
  const others = tables.map((table) => table.name).filter((table) => table !== record);
  const of = others.length > 0 ? `, as ${inWords(others)} ${others.length > 1 ? 'have' : 'has'} no such column` : '';
  const what = `${record} has no field ${name}${of}`;
  for (const { key } of tables) {
    const gone = goneColumn(key, name, reader);
    if (!gone || (laterOnly && !gone.isLater)) continue;
    reportGone(`${what}; it ${gone.how}`, gone, place, found, context);
    return;
  }
  if (laterOnly) return;
  const fields = [...new Set(rows.flatMap((row) => row.fields))];
  const meant = nearestNames(name, fields);
  const shown = `Fields there are ${fields.slice(0, 20).join(', ')}${fields.length > 20 ? ', …' : ''}.`;
  context.report(
    place,
    `${fails(found)}: ${what}.`,
    advice(found, meant.length > 0 ? meantText(name, meant) : shown),
    fixesFor(meant, place),
  );
}
