// What the plan panel and its host in the extension say to each other. Both sides compile against this file.
import type { Range } from 'vscode-languageserver-types';
import type { PlanReport } from '../../server/src/protocol.ts';

/** A plan as it is shown, and as it survives a window reload. */
export interface ShownPlan {
  /** Tells one run from another, so that a reloaded panel knows whether its folded rows still belong to this plan. */
  readonly id: string;
  readonly report: PlanReport;
  /** The file's text at `report.source.range` when it was explained; finds the query again after edits above it. */
  readonly sourceText: string;
  /** The first character behind it that is no blank, '' at the end of the file: another one there, and the statement goes on. */
  readonly textAfter?: string;
  /** An earlier plan of the statement, to compare this one with. */
  readonly earlier?: EarlierPlan;
  /** Plans with indexes that were tried, by the place of the finding that proposes them. */
  readonly trials?: Readonly<Record<number, PlanReport>>;
  /** This plan is that of a trial: the plan that it came from. */
  readonly withoutIndex?: ShownPlan;
}

export interface EarlierPlan {
  /** When it was made, in the reader's words. */
  readonly label: string;
  readonly report: PlanReport;
}

/** In what a plan leaves the panel. */
export type CopyFormat = 'text' | 'markdown' | 'json' | 'svg' | 'png';

export type ToPanel =
  | { readonly type: 'show'; readonly plan: ShownPlan }
  /** The cursor stands on the text of these nodes (ids); of none, when it is elsewhere. */
  | { readonly type: 'mark'; readonly nodes: readonly number[] }
  /** Go to that node. */
  | { readonly type: 'goTo'; readonly node: number }
  /** Save the plan: answered with `save`. */
  | { readonly type: 'export'; readonly format: CopyFormat; readonly anonymised: boolean };

export type FromPanel =
  /** The panel's script runs and wants its plan. */
  | { readonly type: 'ready' }
  /** Select this text in the editor; with `preserveFocus` the panel keeps the keyboard. */
  | { readonly type: 'reveal'; readonly range: Range; readonly preserveFocus: boolean }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  /** Ask for a file and write it; `content` is Base64 for a picture in PNG. */
  | { readonly type: 'save'; readonly format: CopyFormat; readonly content: string }
  /** A plan was dropped or pasted, as text or as a file. */
  | { readonly type: 'open'; readonly text: string }
  | { readonly type: 'openFile'; readonly uri: string }
  /** Choose an earlier plan of the statement to compare this one with; `stop`: no longer compare. */
  | { readonly type: 'compare'; readonly stop: boolean }
  /** Try the index that a finding proposes; its place in the report's findings. */
  | { readonly type: 'tryIndex'; readonly finding: number }
  /** Show the plan with the index that was tried, beside that without it. */
  | { readonly type: 'showTrial'; readonly finding: number }
  /** Write the index that a finding proposes as a migration. */
  | { readonly type: 'writeIndex'; readonly finding: number }
  /** Explain the same statement again. */
  | { readonly type: 'rerun'; readonly analyze: boolean };
