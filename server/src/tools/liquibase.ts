/**
 * Liquibase's formatted SQL: `--liquibase formatted sql`, then changesets, each begun by `--changeset author:id` and run in a
 * transaction of its own, statement by statement, unless it says `runInTransaction:false`. `--rollback` lines are comments to
 * Postgres. (docs.liquibase.com/concepts/changelogs/sql-format.html; attributes as its parser reads them)
 */
import { baseName, byVersion } from './paths.ts';
import { script } from './script.ts';
import type { Section, SqlTool } from './tool.ts';

const head = /^[^\S\r\n]*--[^\S\r\n]*liquibase\s+formatted\s+sql\b/im;
const changeset = /^[ \t]*--[ \t]*changeset[ \t]+(\S.*)$/gim;

export const liquibase: SqlTool = {
  id: 'liquibase',
  isNamed: (uri) => uri.endsWith('.sql'),
  owns: ({ text }) => text.includes('iquibase') && head.test(text),
  running: (_file, sql) => ({ wrapping: 'unknown', downFrom: sql.length, declared: false }),
  sections(text) {
    const marks = [...text.matchAll(changeset)];
    if (marks.length === 0) return [section(0, text.length, '')];
    return marks.map((mark, i) => section(i === 0 ? 0 : mark.index, marks[i + 1]?.index ?? text.length, mark[1] ?? ''));
  },
  // which files run, and when, stands in a changelog that names them; numbers in their names tell the same
  order(files) {
    const names = files.map((f) => f.uri);
    if (names.length === 1) return names;
    if (!names.every((uri) => /^\d/.test(baseName(uri)))) return null;
    return names.sort((a, b) => byVersion(baseName(a), baseName(b)));
  },
  append(migration, text) {
    const author = [...text.matchAll(changeset)].at(-1)?.[1]?.match(/^(?:"([^"]*)"|([^:\s]+)):/);
    const by = author?.[1] ?? author?.[2];
    // an id counts with its author
    if (by === undefined || text.includes(`:${migration.name}`)) return null;
    const head = `--changeset ${by.includes(' ') ? `"${by}"` : by}:${migration.name}`;
    const undo =
      migration.undo.length > 0 ? migration.undo.map((s) => `--rollback ${s};\n`).join('') : '--rollback empty\n';
    return `\n${head}${migration.outsideTransaction ? ' runInTransaction:false' : ''}\n${script(migration.statements)}${undo}`;
  },
  runOutside(text) {
    const mark = /^[ \t]*--[ \t]*changeset[ \t]+\S.*$/im.exec(text);
    return mark && { at: mark.index + mark[0].trimEnd().length, inserted: ' runInTransaction:false' };
  },
};

function section(from: number, to: number, attributes: string): Section {
  const attribute = (key: string): string | undefined =>
    new RegExp(`\\b${key}:\\s*("[^"]*"|\\S+)`, 'i').exec(attributes)?.[1]?.replaceAll('"', '').toLowerCase();
  const outside = attribute('runInTransaction') === 'false';
  const whole = attribute('splitStatements') === 'false';
  const dbms = attribute('dbms');
  return {
    from,
    to,
    // sent whole and outside a transaction, it is the driver that splits it
    wrapping: !outside ? 'tool' : whole ? 'unknown' : 'none',
    declared: outside,
    reviewed: (attribute('endDelimiter') ?? ';') === ';' && (dbms === undefined || /\bpostgresql\b|\ball\b/.test(dbms)),
  };
}
