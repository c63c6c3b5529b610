/**
 * The text and the name of a new Alembic revision, in the style of the last one: Alembic writes them from the project's own
 * script.py.mako and `file_template`, which shows in every revision that it has written.
 */
import { baseName, parent } from './paths.ts';
import type { NewFile, Place } from './tool.ts';

export interface NewRevision {
  readonly id: string;
  /** Its first line says what it does. */
  readonly message: string;
  /** Ids of the revisions that it follows; of several, it merges them. */
  readonly down: readonly string[];
  /** Statements of Python, each with its own indents from column 0 on; `pass` when there is none. */
  readonly upgrade: readonly string[];
  readonly downgrade: readonly string[];
}

/** @param like the revision whose style is taken */
export function revisionFile(revision: NewRevision, like: { uri: string; text: string }, place: Place): NewFile {
  // a history may lie in several folders
  const uri = `${parent(like.uri)}/${fileNameOf(revision, like, place.now)}.py`;
  const text = textOf(revision, like.text.replaceAll('\r\n', '\n'), place.now);
  return { uri, text: like.text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text };
}

/** The quotes around the ids of a revision. */
export const quoteOf = (text: string): '"' | "'" => (/^revision\b[^=\n]*=\s*[uU]?'/m.test(text) ? "'" : '"');

export const pythonString = (value: string, quote: '"' | "'"): string => {
  const used =
    value.includes(quote) && !value.includes(quote === '"' ? "'" : '"') ? (quote === '"' ? "'" : '"') : quote;
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(used, `\\${used}`);
  return `${used}${escaped}${used}`;
};

/** Alembic's own: the words of the message, as many as fit into 40 characters. */
function slugOf(message: string): string {
  const slug = (message.toLowerCase().match(/\w+/g) ?? []).join('_');
  if (slug.length <= slugLength) return slug;
  const cut = slug.slice(0, slugLength).replace(/_[^_]*$/, '');
  return `${cut}_`;
}

const slugLength = 40;

/** `file_template` is told from a name: `%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s` and the like. */
function fileNameOf({ id, message }: NewRevision, like: { uri: string; text: string }, now: Date): string {
  const usual = `${id}_${slugOf(message)}`;
  const name = baseName(like.uri).replace(/\.py$/, '');
  const oldId = /^revision\b[^=\n]*=\s*[uU]?["']([^"']+)["']/m.exec(like.text)?.[1] ?? '';
  const at = oldId === '' ? -1 : name.indexOf(oldId);
  if (at < 0) return usual;
  const before = name.slice(0, at);
  const date = digitsOf(/^Create Date:\s*(.+)$/m.exec(like.text)?.[1] ?? '');
  const digits = digitsOf(before);
  // anything else in front is not known
  if (/[a-z]/i.test(before) || !date.startsWith(digits)) return usual;
  const today = digitsOf(now.toISOString());
  let next = 0;
  const dated = before.replace(/\d/g, () => today[next++] ?? '0');
  const separator = /^([-_.]+)/.exec(name.slice(at + oldId.length))?.[1];
  return separator === undefined ? `${dated}${id}` : `${dated}${id}${separator}${slugOf(message)}`;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

function textOf(revision: NewRevision, like: string, now: Date): string {
  const { upgrade, downgrade } = revision;
  const signature = /^def (?:up|down)grade(\(\)[^\n]*:)/m.exec(like)?.[1] ?? '() -> None:';
  const unit = /^def [^\n]*:\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]+)\S/m.exec(like)?.[1] ?? '    ';
  const body = (lines: readonly string[]): string =>
    (lines.length === 0 ? ['pass'] : lines)
      .flatMap((l) => l.split('\n'))
      .map((l) => `${unit}${l.replace(/^(?: {4})+/, (s) => unit.repeat(s.length / 4))}\n`)
      .join('');
  const head = headOf(revision, like, now);
  return `${head}\n\ndef upgrade${signature}\n${body(upgrade)}\n\ndef downgrade${signature}\n${body(downgrade)}`;
}

/** What stands above the functions. */
function headOf({ id, message, down }: NewRevision, like: string, now: Date): string {
  const quote = quoteOf(like);
  const ids = down.map((d) => pythonString(d, quote));
  const follows = ids.length === 1 ? (ids[0] as string) : `(${ids.join(', ')})`;
  const values: Readonly<Record<string, string>> = {
    revision: pythonString(id, quote),
    down_revision: follows,
    branch_labels: 'None',
    depends_on: 'None',
  };
  const above = like.slice(0, Math.max(0, like.search(/^(?:async )?def /m)));
  const docstring = /^(?:#[^\n]*\n|\s*\n)*("""|''')([\s\S]*?)\1\n/.exec(above);
  const given = docstring && /^Revision ID:/m.test(docstring[2] as string) ? docstring : null;
  const date = /^Create Date:.*?(\.\d+)?([+-]\d\d:\d\d)?$/m.exec(given?.[2] ?? '');
  const created = `${now.toISOString().slice(0, 19).replace('T', ' ')}${date?.[1] ? `.${now.toISOString().slice(20, 23)}000` : ''}${date?.[2] ? '+00:00' : ''}`;
  const words = (given?.[2] ?? '\n\nRevision ID:\nRevises:\nCreate Date:\n\n')
    .replace(/^[\s\S]*?(?=^Revision ID:)/m, `${message}\n\n`)
    .replace(/^Revision ID:.*$/m, `Revision ID: ${id}`)
    .replace(/^Revises:.*$/m, `Revises: ${down.join(', ')}`)
    .replace(/^Create Date:.*$/m, `Create Date: ${created}`);
  const mark = given?.[1] ?? '"""';
  const kept: string[] = [];
  for (const line of above.slice(given?.[0].length ?? 0).split('\n')) {
    const assigned = /^(revision|down_revision|branch_labels|depends_on)\b([^=]*)=/.exec(line);
    if (assigned) kept.push(`${assigned[1]}${assigned[2]}= ${values[assigned[1] as string]}`);
    else if (line.trim() === '' || usualLine.test(line)) kept.push(line);
  }
  const rest = kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const complete = /^revision\b/m.test(rest) && /^down_revision\b/m.test(rest) && /\bop\b/.test(rest);
  return `${mark}${words}${mark}\n${given ? blankAfter(above, given[0].length) : '\n'}${complete ? rest : plain(values)}\n`;
}

/** As many blank lines behind the docstring as the author has. */
const blankAfter = (text: string, at: number): string => (text[at] === '\n' ? '\n' : '');

/** What a template brings along, whatever the revision does. */
const usualLine =
  /^(?:from alembic import op|import sqlalchemy as sa|from __future__ import .*|from (?:typing|collections\.abc) import .*|import typing|# revision identifiers.*)\s*(?:#.*)?$/;

const plain = (values: Readonly<Record<string, string>>): string =>
  `from alembic import op\n\n${Object.entries(values)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')}`.trimEnd();
