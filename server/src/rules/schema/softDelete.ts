/** How the rules about soft deletion know it: the column that says when a row was deleted. */
import type { Column, Relation } from '../../catalog/catalog.ts';

const names = /^_?deleted_?(?:at|on|date|time)$/i;

/** The column with the time of deletion, NULL for rows that are still there; undefined where the table has none. */
export const deletionColumn = (relation: Relation): Column | undefined =>
  relation.columns.find(
    (c) => names.test(c.name) && !c.notNull && /^(?:date|timestamp(?:tz)?)$/.test(c.type?.name ?? ''),
  );
