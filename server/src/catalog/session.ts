/** What one database session carries from statement to statement: its transaction, settings and search path. */

/** Who wraps a file's statements in a transaction. */
export type Wrapping =
  /** Each statement is its own transaction, as `psql -f` runs a file. */
  | 'none'
  /** The file is sent as one string, which holds only this statement: its own transaction, until another one is added. */
  | 'single'
  /** The tool sends BEGIN before the file and COMMIT behind it. */
  | 'tool'
  /** The file is sent as one string of several statements, which Postgres runs in one implicit transaction. */
  | 'implicit'
  /** The tool decides in ways that the files do not tell: say nothing about transactions. */
  | 'unknown';

export interface Session {
  /** Which file of the row is run; each has a session of its own. Null when there is only one. */
  readonly file: string | null;
  /** Whether that file is reviewed: otherwise what only matters inside it is not followed. */
  readonly reviewed: boolean;
  readonly wrapping: Wrapping;
  /** The statements at hand may not be run at all: what they do to the schema is uncertain. */
  readonly doubtful: boolean;
  /** Inside BEGIN … COMMIT written in the file itself. */
  readonly explicitTransaction: boolean;
  /** Counts the transactions that the file has begun and ended: tells one from another. */
  readonly transaction: number;
  /** Number of the transaction that the tool opened, where it opens them. */
  readonly opened: number;
  /** lock_timeout is set to something other than 0; `local`: until the transaction ends. */
  readonly lockTimeout: boolean | 'local';
  /** First schema of the search path. */
  readonly schema: string;
  /** Names without a schema may mean something in others too: the path has more of them, or it is not known. */
  readonly otherSchemas: boolean;
  /** Postgres looks into the body of a function in SQL when it is created: check_function_bodies is not off. */
  readonly checksBodies: boolean;
  /** The file is a test in SQL (pgTAP's), which runs where nobody else works. */
  readonly tests: boolean;
  /** What holds again when the open transaction ends: SET LOCAL reaches no further. */
  readonly afterTransaction: Settings | null;
  /** What held when the open transaction began: ROLLBACK undoes SET. */
  readonly beforeTransaction: Settings | null;
}

export type SearchPath = Pick<Session, 'schema' | 'otherSchemas'>;
export type Settings = Pick<Session, 'lockTimeout' | 'schema' | 'otherSchemas' | 'checksBodies'>;

const sessions = new Map<Wrapping, Session>();

/** A session that has just begun; the same object for the same wrapping. */
export function newSession(wrapping: Wrapping): Session {
  let session = sessions.get(wrapping);
  if (!session) {
    session = {
      file: null,
      reviewed: true,
      wrapping,
      doubtful: false,
      explicitTransaction: false,
      transaction: 0,
      opened: 0,
      lockTimeout: false,
      schema: 'public',
      otherSchemas: false,
      checksBodies: true,
      tests: false,
      afterTransaction: null,
      beforeTransaction: null,
    };
    sessions.set(wrapping, session);
  }
  return session;
}

/** Whether a statement run now shares a transaction with its neighbours; null when the files do not tell. */
export function inTransaction(session: Session): boolean | null {
  if (session.explicitTransaction) return true;
  switch (session.wrapping) {
    case 'none':
    case 'single':
      return false;
    case 'implicit':
      return true;
    case 'tool':
      // a COMMIT in the file ends the tool's transaction too; whether it opens another one, the files do not tell
      return session.transaction === session.opened ? true : null;
    case 'unknown':
      return null;
  }
}
