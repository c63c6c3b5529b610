/**
 * Names of what a difference between a Prisma schema and its migrations is about, so that a rule that tells of the same can
 * say so: tables and indexes by their key, and what follows.
 */

/** @param key of the table */
export const columnThing = (key: string, column: string): string => `${key}.${column}`;

/** That the column can be null, and nothing else about it. */
export const notNullThing = (key: string, column: string): string => `${columnThing(key, column)} not null`;

/** Its default, and nothing else about it. */
export const defaultThing = (key: string, column: string): string => `${columnThing(key, column)} default`;

export const typeThing = (key: string): string => `type ${key}`;

/** Values that a type has too many. */
export const valuesThing = (key: string): string => `values of ${key}`;
