/** The quick fix of a Prisma schema that the migrations do not make: to write the next one. */
import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver-types';
import type { Configuration } from '../configuration.ts';
import type { FileReview } from '../document.ts';
import { schemaDrift } from '../history/problems/schemaDrift.ts';
import { createMigrationCommand } from '../protocol.ts';
import { rulesOfDrift } from '../rules/prisma/index.ts';
import type { LineDocument } from '../text/text.ts';
import { diagnosticsOf, shownFindings } from './diagnostics.ts';

/** @param name of the migration, for who is asked for one */
export function createMigrationActions(
  uri: string,
  document: LineDocument,
  review: FileReview,
  configuration: Configuration,
  range: Range,
  only: readonly string[] | undefined,
  name: string,
): CodeAction[] {
  const kind = CodeActionKind.QuickFix;
  if (only && !only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`))) return [];
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return shownFindings(review, configuration)
    .filter(({ finding, range: at }) => isOfDrift(finding.rule) && at.start <= to && at.end >= from)
    .map((placed) => ({
      title: 'Create the next migration',
      kind,
      // the fixes of a rule keep what this would lose
      isPreferred: placed.finding.rule === schemaDrift.id,
      diagnostics: diagnosticsOf(document, { ...review, findings: [placed] }, configuration),
      command: { title: 'Create the next migration', command: createMigrationCommand, arguments: [uri, name] },
    }));
}

const isOfDrift = (rule: string): boolean => rule === schemaDrift.id || rulesOfDrift.has(rule);
