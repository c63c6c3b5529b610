import { readdirSync, readFileSync } from 'node:fs';
import { expandSnippet } from './expandSnippet.ts';

/** One entry of a snippet file in VS Code's format. */
export interface Snippet {
  /** The file in snippets/, as `audit.json`. */
  file: string;
  name: string;
  prefix: string;
  description: string;
  body: string[];
}

const folder = new URL('../../../snippets/', import.meta.url);

/** Every snippet of the extension, in the order of the files. */
export const snippets: readonly Snippet[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const entries = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, Omit<Snippet, 'name'>>;
    return Object.entries(entries).map(([name, entry]) => ({ ...entry, file, name }));
  });

/** The prefixes that `snippetSql` was asked for. */
export const expanded = new Set<string>();

/**
 * The SQL of a snippet by its prefix, with the values given to its tab stops.
 * @throws SnippetError when it is not well-formed or has no such tab stop; Error when there is no such snippet.
 */
export function snippetSql(prefix: string, values: Readonly<Record<number, string>> = {}): string {
  const snippet = snippets.find((candidate) => candidate.prefix === prefix);
  if (!snippet) throw new Error(`There is no snippet ${prefix} in snippets/.`);
  expanded.add(prefix);
  return expandSnippet(snippet.body, values);
}
