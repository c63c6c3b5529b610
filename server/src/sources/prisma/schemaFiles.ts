/** Which files make up a schema of Prisma's. */
import { parent } from '../../tools/paths.ts';

/** What is known of a file for that. */
export interface Candidate {
  readonly uri: string;
  readonly hasDatasource: boolean;
}

/**
 * Prisma reads one file, or all below one folder; a schema has one datasource. So a file belongs to the only datasource in or
 * below the nearest folder above it that has one; a folder that the settings name (`prisma.schema` in package.json, `schema` in
 * prisma.config.ts) is taken whole. Empty where several files could be meant.
 * @param named URIs of these folders
 */
export function filesWith(uri: string, all: readonly Candidate[], named: ReadonlySet<string>): readonly string[] {
  const whole = [...named].find((folder) => uri.startsWith(`${folder}/`));
  const own = all.find((file) => file.uri === uri);
  if (whole === undefined && own?.hasDatasource) {
    // beside another datasource each file is a schema of its own
    const folder = parent(uri);
    const inFolder = all.filter((file) => file.uri.startsWith(`${folder}/`));
    return inFolder.filter((file) => file.hasDatasource).length === 1 ? inFolder.map((file) => file.uri) : [uri];
  }
  for (let folder = whole ?? parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
    const below = all.filter((file) => file.uri.startsWith(`${folder}/`));
    const sources = below.filter((file) => file.hasDatasource);
    if (sources.length > 1) return [];
    if (sources.length === 1) return below.map((file) => file.uri);
    if (whole !== undefined) return [];
  }
  return [];
}

/** The folder or file that a package.json or a prisma.config.ts names for the schema, as written; null where it names none. */
export function namedSchema(fileName: string, text: string): string | null {
  if (fileName.endsWith('.json')) {
    try {
      const { prisma } = JSON.parse(text) as { prisma?: { schema?: unknown } };
      return typeof prisma?.schema === 'string' ? prisma.schema : null;
    } catch {
      return null;
    }
  }
  // only what stands there as a string, or as a path of strings
  const written = /^[^\S\r\n]*schema\s*:\s*(?:(["'`])([^"'`$]+)\1|path\.join\(([^()]*)\))/m.exec(text);
  if (written?.[2]) return written[2];
  const parts = written?.[3]?.split(',').map((part) => /^\s*(["'])([^"'$]*)\1\s*$/.exec(part)?.[2]);
  return parts?.every((part) => part !== undefined) ? parts.join('/') : null;
}

export const namingFiles = [
  'package.json',
  'prisma.config.ts',
  'prisma.config.mts',
  'prisma.config.js',
  'prisma.config.mjs',
];

/** What a project says of how it uses Prisma. */
export interface PrismaProject {
  /** Prisma's major version; null where package.json does not tell it. */
  readonly version: number | null;
  /** Tables or a start of the database that Prisma's own files do not tell. */
  readonly external: boolean;
}

export const noProject: PrismaProject = { version: null, external: false };

/** Null where the file says nothing of it. */
export function projectIn(fileName: string, text: string): Partial<PrismaProject> | null {
  if (!fileName.endsWith('.json')) return { external: /\b(?:external|initShadowDb)\b/.test(text) };
  const version = /"(?:prisma|@prisma\/client)"\s*:\s*"[\^~>=v\s]*(\d+)/.exec(text)?.[1];
  return version === undefined ? null : { version: Number(version) };
}
