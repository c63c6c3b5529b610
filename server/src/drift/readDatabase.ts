/** The schema of a database as a catalog: read as SQL, and replayed as files are. */
import type { Catalog } from '../catalog/catalog.ts';
import type { QueryOptions, Session } from '../database/database.ts';
import { readSchema } from '../database/readSchema.ts';
import { FileReviewer } from '../document.ts';
import { sqlSource } from '../sources/sql/sqlSource.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';

export async function readDatabase(session: Session, parser: Parser, options: QueryOptions = {}): Promise<Catalog> {
  const statements = await readSchema(session, options);
  const text = Text.of(statements.map((statement) => `${statement};\n`).join(''));
  const pieces = sqlSource.read('database:schema.sql', text, parser);
  const reviewer = new FileReviewer({ targetVersion: 18 });
  reviewer.review(pieces.map((piece) => ({ ...piece, wrapping: 'none', downFrom: piece.sql.length })));
  return reviewer.catalogAfter();
}
