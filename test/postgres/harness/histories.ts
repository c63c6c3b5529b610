/** Migration histories in folders, run on a server file by file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Node } from '@pgsql/types';
import type pg from 'pg';
import { type Catalog, emptyCatalog } from '../../../server/src/catalog/catalog.ts';
import { FileReviewer } from '../../../server/src/document.ts';
import { findHistories, type History } from '../../../server/src/history/history.ts';
import { sourceFor } from '../../../server/src/sources/index.ts';
import { forwardPart, type Piece } from '../../../server/src/sources/piece.ts';
import { Text } from '../../../server/src/text/text.ts';
import { besideNames } from '../../../server/src/tools/index.ts';
import { parser } from '../../harness/parser.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/** The examples, and further folders with migration histories, separated by colons. */
export const historyFolders = [examples, ...(process.env.PGREVIEW_CATALOG_HISTORIES ?? '').split(':').filter(Boolean)];

/** Its folder's name and that of the one above. */
export const shortName = ({ folder }: History): string => folder.split('/').slice(-2).join('/');

/** What the catalog is behind these pieces of SQL. */
export function catalogBehind(pieces: readonly Piece[], base: Catalog = emptyCatalog): Catalog {
  const reviewer = new FileReviewer({ targetVersion: 18 });
  reviewer.review(pieces, base);
  return reviewer.catalogAfter();
}

/** Pieces that do not begin anew share a transaction. @returns what failed */
export async function runPieces(pieces: readonly Piece[], client: pg.Client): Promise<string | null> {
  let isOpen = false;
  for (const piece of pieces) {
    const together = piece.wrapping === 'tool' || piece.wrapping === 'implicit';
    if (isOpen && (piece.begins || !together)) {
      await client.query('COMMIT');
      isOpen = false;
    }
    if (together && !isOpen) await client.query('BEGIN');
    isOpen = together;
    for (const { parsed, body } of forwardPart(piece)) {
      // rows need values that only the tool has
      if (parsed.kind === 'none' || (piece.host && parsed.kind === 'tree' && changesRows(parsed.node))) continue;
      try {
        await client.query(body);
      } catch (error) {
        // also a transaction that the file itself has begun
        await client.query('ROLLBACK');
        return (error as Error).message;
      }
    }
  }
  if (isOpen) await client.query('COMMIT');
  return null;
}

const changesRows = (node: Node): boolean => 'InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node;

/** Runs a history, leaving out files that fail. @returns what the files' catalog is behind the others */
export async function runHistory(
  history: History,
  texts: ReadonlyMap<string, string>,
  client: pg.Client,
): Promise<Catalog> {
  let catalog = emptyCatalog;
  for (const uri of history.files) {
    const source = sourceFor(uri, '');
    if (!source) throw new Error(`Nothing reads ${uri}.`);
    const pieces = source.read(uri, Text.of(texts.get(uri) ?? ''), parser, texts);
    const problem = await runPieces(pieces, client);
    if (problem === null) catalog = catalogBehind(pieces, catalog);
    else console.log(`      left out: ${uri}: ${problem}`);
  }
  return catalog;
}

export function historiesIn(folder: string): { history: History; texts: ReadonlyMap<string, string> }[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/.git/'))
    .map((path) => ({ path, uri: pathToFileURL(path).href }))
    .filter(({ uri }) => /\.(?:sql|py)$/.test(uri) || besideNames.test(uri));
  const texts = new Map(files.map(({ path, uri }) => [uri, readFileSync(path, 'utf8')]));
  const beside = new Map([...texts].filter(([uri]) => besideNames.test(uri)));
  const candidates = [...texts].filter(([uri]) => /\.(?:sql|py)$/.test(uri)).map(([uri, text]) => ({ uri, text }));
  return findHistories(candidates, beside).map((history) => ({ history, texts }));
}
