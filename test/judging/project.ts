/** A project's migration histories, and what pgreview finds in its files. */
import { basename, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { shownFindings } from '../../server/src/features/diagnostics.ts';
import type { History } from '../../server/src/history/history.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import type { Severity } from '../../server/src/rules/rule.ts';
import { sourceFor } from '../../server/src/sources/index.ts';
import { forwardPart, type Piece } from '../../server/src/sources/piece.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';

/** Tells a statement from all others of a project. */
export interface Place {
  readonly uri: string;
  /** Numbers of the piece in the file and of the statement in the piece. */
  readonly piece: number;
  readonly statement: number;
}

export const placeKey = ({ uri, piece, statement }: Place): string => `${uri} ${piece} ${statement}`;

export interface ProjectFinding extends Place {
  /** The project's name, and the path in it. */
  readonly project: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string;
  readonly sql: string;
}

export interface Project {
  readonly name: string;
  readonly histories: readonly History[];
  readonly findings: readonly ProjectFinding[];
  /** By URI. */
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
}

export async function readProject(folder: string): Promise<Project> {
  const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
  const root = pathToFileURL(folder).href;
  await workspace.scan([root]);
  const uris = (await nodeFiles.list(root)).filter((uri) => sourceFor(uri));
  workspace.expectReviewsOf(uris);
  const findings: ProjectFinding[] = [];
  const pieces = new Map<string, readonly Piece[]>();
  for (const uri of uris) {
    const text = (await nodeFiles.read(uri)) ?? '';
    workspace.open(uri, '', Text.of(text));
    const state = workspace.get(uri);
    const review = workspace.review(uri);
    if (!state || !review) continue;
    pieces.set(uri, state.pieces);
    const document = TextDocument.create(uri, '', 1, text);
    for (const { finding, piece, statementStart, range, severity } of shownFindings(review, defaultConfiguration)) {
      const statement = piece.sql.starts.indexOf(statementStart);
      findings.push({
        uri,
        piece: state.pieces.indexOf(piece),
        statement,
        project: basename(folder),
        file: relative(folder, fileURLToPath(uri)),
        line: document.positionAt(range.start).line + 1,
        rule: finding.rule,
        severity,
        message: finding.message,
        help: finding.help,
        sql: piece.sql.statements[statement]?.body ?? '',
      });
    }
  }
  return { name: basename(folder), histories: workspace.histories, findings, pieces };
}

/** The statements of a file that run forward, with where they stand. */
export function statementsOf({ pieces }: Project, uri: string): (Place & { readonly sql: string })[] {
  return (pieces.get(uri) ?? []).flatMap((piece, p) =>
    forwardPart(piece).flatMap(({ parsed, body }, statement) =>
      parsed.kind === 'none' ? [] : [{ uri, piece: p, statement, sql: body }],
    ),
  );
}
