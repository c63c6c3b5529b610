/** Liquibase: two changesets of one file with the same author and id. */
import type { HistoryProblem } from './problem.ts';

const changeset = /^[ \t]*--[ \t]*changeset[ \t]+(?:"([^"]+)"|([^:\s]+)):("[^"]+"|\S+)(.*)$/gim;
/** Attributes by which Liquibase tells, or leaves out, changesets. */
const tellsApart = /\b(?:dbms|context|contextFilter|labels|logicalFilePath):/i;

export const duplicateChangeset: HistoryProblem = {
  id: 'duplicate-changeset',
  severity: 'error',
  docs: {
    summary: 'Two changesets of a file have the same author and id.',
    why: 'Liquibase tells changesets apart by author, id and file, and stops with "changesets had duplicate identifiers".',
    fine: 'Never. Nothing is said of changesets with `dbms`, contexts, labels or a logical file path.',
    source: 'https://docs.liquibase.com/concepts/changelogs/changeset.html',
  },
  find({ tool, members }) {
    if (tool.id !== 'liquibase') return [];
    return members.flatMap(({ uri, text }) => {
      if (tellsApart.test(/^.*liquibase formatted.*$/im.exec(text)?.[0] ?? '')) return [];
      const seen = new Set<string>();
      return [...text.matchAll(changeset)].flatMap(([line, quoted, plain, id, attributes = '']) => {
        if (tellsApart.test(attributes)) return [];
        const name = `${quoted ?? plain}:${id?.replaceAll('"', '')}`;
        if (!seen.has(name)) {
          seen.add(name);
          return [];
        }
        // the later one of two equal lines is the one at fault
        const escaped = line.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        return [
          {
            uri,
            at: new RegExp(`(?<=^[ \\t]*${escaped}[\\s\\S]*^[ \\t]*)${escaped}|${escaped}(?![\\s\\S]*${escaped})`, 'm'),
            message: `There is a changeset ${name} above already.`,
            help: 'Liquibase stops with "changesets had duplicate identifiers" and runs nothing. Give this one an id of its own.',
          },
        ];
      });
    });
  },
};
