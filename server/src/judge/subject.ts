/** What the judge is asked about: a file, and the files that run before it. */
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';

/** A file as the judge sees it: its statements that run forward. */
export interface JudgedFile {
  readonly uri: string;
  readonly statements: readonly Statement[];
  /** Whether somebody may be changing it: what it does is not settled then. */
  readonly open: boolean;
  /** Whether all of the file's SQL is among the statements, and is for this database. */
  readonly whole: boolean;
}

export interface JudgeSubject {
  /** In the order in which they run. */
  readonly before: readonly JudgedFile[];
  readonly file: JudgedFile;
  /** The file belongs to no history and begins with what one leaves: what it defines may be there already. */
  readonly besideHistory: boolean;
  /** Major version of Postgres that the file is for. */
  readonly targetVersion: number;
}

/** What Postgres says of a file's statements; those that it has nothing against, or is not sure of, are left out. */
export type Verdicts = ReadonlyMap<Statement, Finding>;

export const noVerdicts: Verdicts = new Map();

/** Whether the same would be answered: unchanged files keep their arrays of statements. */
export const isSameSubject = (a: JudgeSubject, b: JudgeSubject): boolean =>
  a.targetVersion === b.targetVersion &&
  a.besideHistory === b.besideHistory &&
  a.file.statements === b.file.statements &&
  a.before.length === b.before.length &&
  a.before.every((file, i) => file.statements === b.before[i]?.statements);

/** What one judge has said of the open files. */
class Said {
  readonly #byStatement = new WeakMap<Statement, Finding>();
  readonly #byFile = new Map<string, Verdicts>();

  get(statement: Statement): Finding | undefined {
    return this.#byStatement.get(statement);
  }

  /** Whether anything is said of the file's statements. */
  isSilent(uri: string): boolean {
    return (this.#byFile.get(uri) ?? noVerdicts).size === 0;
  }

  /** @returns whether it is another answer than before */
  set(uri: string, verdicts: Verdicts): boolean {
    const before = this.#byFile.get(uri) ?? noVerdicts;
    const isSame =
      before.size === verdicts.size &&
      [...verdicts].every(([statement, { message }]) => before.get(statement)?.message === message);
    for (const statement of before.keys()) this.#byStatement.delete(statement);
    for (const [statement, finding] of verdicts) this.#byStatement.set(statement, finding);
    this.#byFile.set(uri, verdicts);
    return !isSame;
  }

  /** The file has been closed. */
  forget(uri: string): void {
    this.#byFile.delete(uri);
  }
}

/** The words of both that may be asked, as one: where both have one, that of the embedded Postgres. */
export class SaidByAll {
  readonly #by = { embedded: new Said(), live: new Said() };

  get(statement: Statement): Finding | undefined {
    return this.#by.embedded.get(statement) ?? this.#by.live.get(statement);
  }

  /** Whether neither says anything of the file's statements. */
  isSilent(uri: string): boolean {
    return this.#by.embedded.isSilent(uri) && this.#by.live.isSilent(uri);
  }

  /** @returns whether it is another answer than before */
  set(uri: string, verdicts: Verdicts, by: 'embedded' | 'live'): boolean {
    return this.#by[by].set(uri, verdicts);
  }

  /** The file has been closed. */
  forget(uri: string): void {
    this.#by.embedded.forget(uri);
    this.#by.live.forget(uri);
  }
}
