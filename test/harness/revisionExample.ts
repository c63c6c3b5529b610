/** The examples of the rules on revisions as projects: a revision that has run, and the one at hand behind it. */
import type { RevisionExample } from '../../server/src/rules/alembic/revisionRule.ts';
import type { Files } from './project.ts';

const folder = 'alembic/versions';

export const revisionPath = `${folder}/0002_b.py`;

const imports = 'from alembic import op\nimport sqlalchemy as sa\n';

/** @param functions of the revision at hand */
export function projectOf({ before = 'pass', top = imports, modules = {} }: RevisionExample, functions: string): Files {
  const body = before.replaceAll(/^/gm, '    ');
  return {
    ...modules,
    [`${folder}/0001_a.py`]: `${imports}\nrevision = "0001"\ndown_revision = None\n\n\ndef upgrade():\n${body}\n\n\ndef downgrade():\n    pass\n`,
    [revisionPath]: `${top}\nrevision = "0002"\ndown_revision = "0001"\n\n\n${functions}`,
  };
}
