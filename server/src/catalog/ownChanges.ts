/** What a file itself has done to tables that were there before it. Marks beside those of the relations that it created. */
import type { SchemaReader, SchemaWriter } from './schema.ts';
import { inTransaction } from './session.ts';

const columnMark = (table: string, column: string): string => `${table} column ${column}`;
const valueMark = (table: string, value: string): string => `${table} value ${value}`;

/** Whether the file added the column: nobody can be using it yet. */
export const isOwnColumn = (table: string, column: string, schema: SchemaReader): boolean =>
  schema.isCreated(columnMark(table, column));

export const markOwnColumn = (table: string, column: string, own: boolean, schema: SchemaWriter): void =>
  schema.markCreated(columnMark(table, column), own);

/** Whether the file has updated or deleted rows of the table and named that value there. */
export const isHandledValue = (table: string, value: string, schema: SchemaReader): boolean =>
  schema.isCreated(valueMark(table, value));

export const markHandledValue = (table: string, value: string, schema: SchemaWriter): void =>
  schema.markCreated(valueMark(table, value), true);

const everyColumn = '*';
const copyMark = (table: string, column: string): string => `${table} copy of ${column}`;

/** Whether the file has copied rows of the table elsewhere, or, where a column is given, its values into one of its own. */
export const isCopied = (table: string, column: string | null, schema: SchemaReader): boolean =>
  schema.isCreated(copyMark(table, column ?? everyColumn));

/** @param column null: whole rows */
export const markCopied = (table: string, column: string | null, schema: SchemaWriter): void =>
  schema.markCreated(copyMark(table, column ?? everyColumn), true);

const emptyMark = (table: string, { session }: SchemaReader): string => `${table} empty in ${session.transaction}`;

/** Whether the open transaction has emptied the table, or would have failed if it had a row. Its lock keeps all others out. */
export const isEmpty = (table: string, schema: SchemaReader): boolean =>
  inTransaction(schema.session) === true && schema.isCreated(emptyMark(table, schema));

export function markEmpty(table: string, empty: boolean, schema: SchemaWriter): void {
  if (inTransaction(schema.session) === true && empty !== isEmpty(table, schema))
    schema.markCreated(emptyMark(table, schema), empty);
}
