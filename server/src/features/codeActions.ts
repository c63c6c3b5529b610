/** Quick fixes, the comment that silences a finding, and "fix all". */

import {
  type CodeAction,
  CodeActionKind,
  CreateFile,
  type Range,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { Configuration } from '../configuration.ts';
import type { FileReview } from '../document.ts';
import { behind, type FollowUpPlace } from '../history/followUps.ts';
import { historyProblems } from '../history/problems/index.ts';
import { revisionRules } from '../rules/alembic/index.ts';
import { rules } from '../rules/index.ts';
import { modelRules } from '../rules/prisma/index.ts';
import { templateRules } from '../rules/typescript/index.ts';
import type { LineDocument } from '../text/text.ts';
import { diagnosticsOf, type ShownFinding, shownFindings } from './diagnostics.ts';
import { changesOf, type FixChanges } from './fixChanges.ts';
import { ownFixes, titleOf } from './hostFix.ts';
import { rangeOf } from './place.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.pgreview`;

/** @param place behind the file's history; null where nothing new can be written there */
export function codeActionsOf(
  uri: string,
  document: LineDocument,
  review: FileReview,
  configuration: Configuration,
  range: Range,
  only: readonly string[] | undefined,
  place: FollowUpPlace | null = null,
): CodeAction[] {
  const wants = (kind: string): boolean => !only || only.some((o) => kind === o || kind.startsWith(`${o}.`));
  const actions: CodeAction[] = [];
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  if (wants(CodeActionKind.QuickFix)) {
    const touched = shownFindings(review, configuration).filter((f) => f.range.start <= to && f.range.end >= from);
    for (const placed of touched) {
      const [diagnostic] = diagnosticsOf(document, { ...review, findings: [placed] }, configuration);
      const diagnostics = diagnostic ? [diagnostic] : [];
      placed.finding.fixes.forEach((fix, i) => {
        const changes = changesOf(document, placed, fix, place);
        if (changes)
          actions.push({
            title: titleOf(uri, fix),
            kind: CodeActionKind.QuickFix,
            diagnostics,
            isPreferred: i === 0 && fix.safe,
            edit: workspaceEditOf(uri, changes),
          });
      });
      for (const { title, edits } of ownFixes(document, placed))
        actions.push({ title, kind: CodeActionKind.QuickFix, diagnostics, edit: { changes: { [uri]: edits } } });
    }
    for (const placed of touched) {
      const edit = suppression(document, placed);
      if (!edit) continue;
      actions.push({
        title: `Ignore ${placed.finding.rule} here`,
        kind: CodeActionKind.QuickFix,
        diagnostics: diagnosticsOf(document, { ...review, findings: [placed] }, configuration),
        edit: { changes: { [uri]: [edit] } },
      });
    }
  }
  if (wants(fixAllKind) && only) {
    const changes = fixAll(document, shownFindings(review, configuration), place);
    if (changes.edits.length > 0)
      actions.push({
        title: 'Fix all safe pgreview findings',
        kind: fixAllKind,
        edit: workspaceEditOf(uri, changes),
      });
  }
  return actions;
}

/** With new files only in the form that clients must announce: what `place` was given for. */
function workspaceEditOf(uri: string, { edits, created, elsewhere }: FixChanges): WorkspaceEdit {
  if (created.length === 0 && elsewhere.length === 0) return { changes: { [uri]: [...edits] } };
  const edited = (of: string, all: readonly TextEdit[]): TextDocumentEdit =>
    TextDocumentEdit.create({ uri: of, version: null }, [...all]);
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return {
    documentChanges: [
      edited(uri, edits),
      ...elsewhere.map((other) => edited(other.uri, [{ range: top, newText: other.text }])),
      ...created.flatMap((file) => [
        CreateFile.create(file.uri, { overwrite: false, ignoreIfExists: false }),
        edited(file.uri, [{ range: top, newText: file.text }]),
      ]),
    ],
  };
}

/** The safe fixes, one a finding, leaving out each that touches text which another has changed already. */
export function fixAll(
  document: LineDocument,
  findings: readonly ShownFinding[],
  place: FollowUpPlace | null,
): FixChanges {
  const taken: { start: number; end: number }[] = [];
  const all = {
    edits: [] as TextEdit[],
    created: [] as FixChanges['created'][number][],
    elsewhere: [] as FixChanges['elsewhere'][number][],
  };
  for (const placed of findings) {
    const fix = placed.finding.fixes.find((f) => f.safe);
    const changes = fix && changesOf(document, placed, fix, place && behind(place, all.created));
    if (!changes) continue;
    const spans = changes.edits.map((e) => ({
      start: document.offsetAt(e.range.start),
      end: document.offsetAt(e.range.end),
    }));
    // two insertions at one place would run into each other as well: the second waits for the next pass
    if (spans.some((s) => taken.some((t) => s.start <= t.end && t.start <= s.end))) continue;
    taken.push(...spans);
    all.edits.push(...changes.edits);
    all.created.push(...changes.created);
    all.elsewhere.push(...changes.elsewhere);
  }
  return all;
}

/** The comment goes on a line of its own above the statement, or above the host language's statement. */
function suppression(document: LineDocument, { finding, piece, statementStart }: ShownFinding): TextEdit | null {
  // What is not SQL, or not on the target version, stays so with a comment above it.
  if (
    ![...rules, ...modelRules, ...revisionRules, ...templateRules, ...historyProblems].some(
      ({ id }) => id === finding.rule,
    )
  )
    return null;
  const newLine = document.getText().includes('\r\n') ? '\r\n' : '\n';
  if (piece.host) {
    const at = piece.host.commentAt;
    return {
      range: rangeOf(document, { start: at, end: at }),
      newText: `${piece.host.commentStart}pgreview-ignore ${finding.rule}: why${newLine}`,
    };
  }
  const index = piece.sql.indexAt(statementStart);
  const statement = piece.sql.statements[index];
  if (!statement) return null;
  const start = piece.map.toFile(statementStart + statement.bodyStart);
  const line = document.positionAt(start).line;
  const before = document.getText({ start: { line, character: 0 }, end: document.positionAt(start) });
  const indent = /^[ \t]*$/.test(before) ? before : '';
  // behind another statement on its line, the comment must begin a line of its own
  const lead = /^[ \t]*$/.test(before) ? '' : newLine;
  const at = rangeOf(document, { start, end: start });
  return { range: at, newText: `${lead}-- pgreview-ignore ${finding.rule}: why${newLine}${indent}` };
}
