// The database that an alembic.ini names.
import { type FoundUrl, plainUrl } from './dotEnv.ts';

/** `sqlalchemy.url` of each section; one that env.py fills in is none. */
export function urlsInAlembicIni(text: string): FoundUrl[] {
  let section = '';
  return text.split(/\r?\n/).flatMap((line): FoundUrl[] => {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const value = /^\s*sqlalchemy\.url\s*[=:]\s*(\S.*?)\s*$/.exec(line)?.[1];
    // a percent sign is written twice there
    const url = value === undefined ? null : plainUrl(value.replaceAll('%%', '%'));
    return url === null ? [] : [{ key: section === 'alembic' ? 'sqlalchemy.url' : section, url }];
  });
}
