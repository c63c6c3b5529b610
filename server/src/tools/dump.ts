/**
 * The schema as pg_dump writes it, Rails' db/structure.sql among them (which leaves out its comments): what the database is when
 * all migrations have run.
 */
import type { SqlTool } from './tool.ts';

/** Whether a text begins as a dump does. */
export const isDump = (text: string): boolean =>
  /^(?:\s|--[^\n]*\n|\\restrict[^\n]*\n|SET [^\n]*;\r?\n)*(?:-- (?:PostgreSQL database dump|Dumped from database version)\b|SELECT pg_catalog\.set_config\('search_path', '', false\);)/.test(
    text,
  );

export const dump: SqlTool = {
  id: 'dump',
  isNamed: (uri) => uri.endsWith('.sql'),
  owns: ({ text }) => isDump(text),
  running: (_file, sql) => ({ wrapping: 'none', downFrom: sql.length, declared: false }),
  // of two dumps in a folder nobody knows which is meant
  order: (files) => (files.length === 1 ? files.map((f) => f.uri) : null),
};
