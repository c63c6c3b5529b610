/** The schema of a database as a catalog: read as SQL, and replayed as files are. */
import { type Catalog, emptyCatalog } from '../catalog/catalog.ts';
import { type QueryOptions, type Session, throwIfCancelled } from '../database/database.ts';
import { readSchema, type SchemaScope } from '../database/readSchema.ts';
import { Reviewer } from '../document.ts';
import { sqlSource } from '../sources/sql/sqlSource.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';

/** Statements that are replayed before others of the thread's work get their turn: some 10 ms. */
const slice = 200;

/**
 * All that was read is there, and nothing else: no doubts are left in it.
 * @throws as {@link Session.query}
 */
export async function readCatalog(
  session: Session,
  scope: SchemaScope,
  parser: Parser,
  options: QueryOptions = {},
): Promise<Catalog> {
  const statements = await readSchema(session, scope, options);
  let catalog = emptyCatalog;
  for (let i = 0; i < statements.length; i += slice) {
    throwIfCancelled(options.signal);
    catalog = replayed(statements.slice(i, i + slice), catalog, parser);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { ...catalog, doubts: emptyCatalog.doubts };
}

function replayed(statements: readonly string[], base: Catalog, parser: Parser): Catalog {
  const uri = 'database:schema.sql';
  const text = Text.of(statements.map((statement) => `${statement};\n`).join(''));
  const pieces = sqlSource.read(uri, text, parser);
  const reviewer = new Reviewer(() => ({ targetVersion: 18 }));
  const row = pieces.map((piece) => ({ ...piece, wrapping: 'none' as const, downFrom: piece.sql.length }));
  reviewer.update([{ uri, pieces: row, reviewed: false }], base);
  return reviewer.catalogAfter();
}
