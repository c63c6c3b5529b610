import { Judge, type JudgeOptions } from '../../../server/src/judge/judge.ts';
import type { JudgedFile, JudgeSubject, Verdicts } from '../../../server/src/judge/subject.ts';
import { forwardPart } from '../../../server/src/sources/piece.ts';
import { sqlSource } from '../../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../../server/src/text/text.ts';
import { parser } from '../../harness/parser.ts';
import { embeddedFiles } from './embedded.ts';

/** As the language server makes it. Dispose it. */
export async function newJudge(options: Partial<JudgeOptions> = {}): Promise<Judge> {
  return new Judge({ ...(await embeddedFiles()), ...options });
}

export function judgedFileOf(uri: string, text: string, open = false): JudgedFile {
  const pieces = sqlSource.read(uri, Text.of(text), parser);
  return { uri, statements: pieces.flatMap(forwardPart), open, whole: true };
}

/** The last text is judged, those before it are its history. */
export const subjectOf = (texts: readonly string[], more: Partial<JudgeSubject> = {}): JudgeSubject => {
  const files = texts.map((text, i) => judgedFileOf(`file:///migrations/${i + 1}.sql`, text));
  return {
    before: files.slice(0, -1),
    file: files.at(-1) as JudgedFile,
    besideHistory: false,
    targetVersion: 18,
    ...more,
  };
};

/** Each verdict as `message → marked text`. */
export const told = (verdicts: Verdicts): string[] =>
  [...verdicts].map(([{ text }, { message, span }]) => `${message} → ${text.slice(span.start, span.end)}`);
