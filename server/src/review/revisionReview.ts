/** What the rules on revisions find in the Python of one. */
import type { Catalog } from '../catalog/catalog.ts';
import { revisionRules } from '../rules/alembic/index.ts';
import type { Finding } from '../rules/rule.ts';
import type { Revision } from '../sources/alembic/revision.ts';
import type { Host } from '../sources/piece.ts';
import { silences, suppressionsIn } from './suppression.ts';

export interface RevisionFinding {
  /** Its spans count in the file. */
  readonly finding: Finding;
  readonly host: Host;
}

/**
 * @param schemaBefore the schema before the revision; null where the files may not tell all of it
 * @param settled it has so many behind it that it has been run
 */
export function reviewRevision(
  revision: Revision,
  schemaBefore: () => Catalog | null,
  settled: boolean,
): RevisionFinding[] {
  const findings: RevisionFinding[] = [];
  for (const rule of revisionRules) {
    if (settled && rule.ofNewMigrations) continue;
    rule.check({
      revision,
      schemaBefore,
      report({ start, end }, message, help, fixes = [], { severity = rule.severity } = {}) {
        // what stands in another file is not shown in this one
        if (start < 0 || end > revision.text.length) return;
        const host = revision.hostAt({ start, end });
        if (silences(suppressionsIn(host.comments).statement, rule.id)) return;
        findings.push({ finding: { rule: rule.id, severity, span: { start, end }, message, help, fixes }, host });
      },
    });
  }
  return findings;
}
