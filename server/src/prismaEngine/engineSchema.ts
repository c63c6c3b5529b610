/** A schema as Prisma's engine takes it offline: the same text, but for what names a database, or is not known any more. */
import type { SchemaFile } from './messages.ts';

/** Preview features that change what the engine finds in a database, or what it writes. It refuses those it does not know. */
const knownFeatures = new Set(['partialIndexes', 'postgresqlExtensions', 'views', 'fullTextSearchPostgres']);

/** Every line keeps its number. */
export const forEngine = (files: readonly SchemaFile[]): SchemaFile[] =>
  files.map(([path, content]) => [path, content.replace(block, (text, kind) => withoutConnection(text, kind))]);

const block = /^[ \t]*(datasource|generator)\s+\w+\s*\{[^}]*\}/gm;

function withoutConnection(text: string, kind: string): string {
  return kind === 'datasource'
    ? text.replace(/^[ \t]*(?:url|directUrl|shadowDatabaseUrl)[ \t]*=[^\r\n]*/gm, blank)
    : text.replace(/\bpreviewFeatures[ \t]*=\s*\[([^\]]*)\]/g, (setting, list: string) => {
        const kept = [...list.matchAll(/"(\w+)"/g)]
          .map(([, name = '']) => name)
          .filter((name) => knownFeatures.has(name));
        const lines = setting.split('\n').length - 1;
        return `previewFeatures = [${kept.map((name) => `"${name}"`).join(', ')}]${'\n'.repeat(lines)}`;
      });
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/** What the files say of the database that they are for; null when they say nothing, or not in plain words. */
export function providerOf(files: readonly SchemaFile[]): string | null {
  for (const [, content] of files) {
    const datasource = /^[ \t]*datasource\s+\w+\s*\{[^}]*\}/m.exec(content)?.[0];
    const provider = datasource && /^[ \t]*provider[ \t]*=[ \t]*"(\w+)"/m.exec(datasource)?.[1];
    if (provider) return provider;
  }
  return null;
}
