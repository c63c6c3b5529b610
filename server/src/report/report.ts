/** What an output format is given, and how it answers. One format a file. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ShownFinding } from '../features/diagnostics.ts';
import type { FollowUpPlace } from '../history/followUps.ts';

export interface CheckedFile {
  /** As the user named it, or relative to where the command runs. */
  readonly path: string;
  readonly document: TextDocument;
  readonly statements: number;
  readonly findings: readonly ShownFinding[];
  /** Why it was not reviewed; null when it was. */
  readonly refused: string | null;
  /** Where its fixes put new migrations; null where they bring none. */
  readonly place: FollowUpPlace | null;
}

export interface CheckResult {
  readonly files: readonly CheckedFile[];
  /** Number of fixes that `--fix` has written. */
  readonly fixed: number;
  /** Paths of the migrations that `--fix` has created. */
  readonly created: readonly string[];
}

export interface ReportOptions {
  readonly color: boolean;
  /** The path of a file as its repository names it, whatever folder the command runs in; with slashes. */
  readonly inRepository: (file: CheckedFile) => string;
  /** pgreview's own. */
  readonly version: string;
}

export type Report = (result: CheckResult, options: ReportOptions) => string;
