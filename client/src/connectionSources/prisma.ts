// The databases that a Prisma project names: the datasource of its schema, and since version 7 its prisma.config.ts.
import { type FoundUrl, plainUrl } from './dotEnv.ts';

/** The value of a variable of the environment; undefined where it has none. */
export type Environment = (name: string) => string | undefined;

/** `url`, `directUrl` and `shadowDatabaseUrl` of the datasource: a URL, or a variable that has one. The shadow database is Prisma's own. */
export function urlsInPrismaSchema(text: string, environment: Environment): FoundUrl[] {
  const plain = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g, (part) => (part.startsWith('"') ? part : ''));
  const datasource = /^[ \t]*datasource\s+\w+\s*\{([^}]*)\}/m.exec(plain)?.[1] ?? '';
  return ['url', 'directUrl'].flatMap((key): FoundUrl[] => {
    const written = new RegExp(`^[ \\t]*${key}\\s*=\\s*(?:env\\(\\s*"(\\w+)"\\s*\\)|"([^"]*)")`, 'm').exec(datasource);
    return written ? urlOf(key, written[1], written[2], environment) : [];
  });
}

/** `datasource: { url: env("DATABASE_URL") }` of a prisma.config.ts, as far as it stands there as a literal or a variable. */
export function urlsInPrismaConfig(text: string, environment: Environment): FoundUrl[] {
  const plain = text.replace(/(["'`])(?:(?!\1)[^\\\n]|\\.)*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    /^["'`]/.test(part) ? part : ' ',
  );
  const datasource = /\bdatasource\s*:\s*\{([^{}]*)\}/.exec(plain)?.[1] ?? '';
  return ['url', 'directUrl'].flatMap((key): FoundUrl[] => {
    const written = new RegExp(
      `(?:^|[\\s,])["']?${key}["']?\\s*:\\s*(?:env(?:<[^>]*>)?\\(\\s*["'\`](\\w+)["'\`]\\s*\\)|process\\.env\\.(\\w+)|process\\.env\\[["'](\\w+)["']\\]|["'\`]([^"'\`]*)["'\`])`,
    ).exec(datasource);
    if (!written) return [];
    return urlOf(key, written[1] ?? written[2] ?? written[3], written[4], environment);
  });
}

function urlOf(
  key: string,
  variable: string | undefined,
  literal: string | undefined,
  environment: Environment,
): FoundUrl[] {
  const url = plainUrl((variable === undefined ? literal : environment(variable)) ?? '');
  return url === null ? [] : [{ key: variable ?? `datasource ${key}`, url }];
}
