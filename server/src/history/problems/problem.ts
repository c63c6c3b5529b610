/** What can be wrong with the files of a history, before a statement of them is looked at. One kind a file. */
import type { Beside, MigrationTool, NewFile } from '../../tools/tool.ts';
import type { HistoryFile } from '../fileSystem.ts';

export interface HistoryFiles {
  readonly tool: MigrationTool;
  /** URI of the folder that holds the history, without a slash at the end. */
  readonly folder: string;
  /** URIs in the order in which they run forward. */
  readonly files: readonly string[];
  /** Every file there that belongs to the tool: those that run, those that undo, those that are listed nowhere. */
  readonly members: readonly HistoryFile[];
  /** What the tool keeps beside them. */
  readonly beside: Beside;
  /** Every file of the workspace that may matter. */
  readonly all: readonly HistoryFile[];
}

/** Where it is shown, and what is wrong. */
export interface FoundProblem {
  readonly uri: string;
  /** What to mark: its first match; the file's first line when null or when there is none. */
  readonly at: RegExp | null;
  readonly message: string;
  readonly help: string;
  /** Where a case is lighter than the problem's own severity. */
  readonly severity?: 'warning';
  readonly fixes?: (now: Date) => readonly ProblemFix[];
}

export interface ProblemFix {
  readonly title: string;
  /** Each in place of the first match in the file. */
  readonly edits?: readonly { readonly at: RegExp; readonly newText: string }[];
  /** New files, where no others are. */
  readonly created?: readonly NewFile[];
}

export interface ProblemDocs {
  /** What is found, in one sentence. */
  readonly summary: string;
  /** Why it matters: what the tool does. */
  readonly why: string;
  /** When it is all right to ignore. */
  readonly fine: string;
  /** The page, or the source, of the tool that says so. */
  readonly source: string;
}

export interface HistoryProblem {
  /** Kebab-case. */
  readonly id: string;
  /** As of rules. */
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly docs: ProblemDocs;
  /** Absent: found where the statements are replayed, see `review/backward.ts`. */
  readonly find?: (history: HistoryFiles) => readonly FoundProblem[] | Promise<readonly FoundProblem[]>;
}
