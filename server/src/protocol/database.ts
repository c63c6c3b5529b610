/** The connected database. */

/**
 * `pgreview/connection`, from the server: what `pgreview.database` names, a saved connection or a URL. The answer is an
 * {@link ExplainTarget} of the kind `connection`; null where there is none of that name, or the workspace is not trusted. Asked of
 * clients only whose `initializationOptions` have `connections: true`.
 */
export const connectionRequest = 'pgreview/connection';

/** `pgreview/readDatabase`: no params; reads the connected database's schema again, even when it looks as before. Answer {@link DatabaseStatus}. */
export const readDatabaseRequest = 'pgreview/readDatabase';

/** To the server: the database may have changed, or may be reached again: the window has the focus, connections were edited. No params. */
export const lookAtDatabase = 'pgreview/lookAtDatabase';

/** From the server: how it stands with the connected database. Params {@link DatabaseStatus}. */
export const databaseStatusNotification = 'pgreview/databaseStatus';

export interface DatabaseStatus {
  /** `none`: no connection is set, or the workspace is not trusted. */
  readonly state: 'none' | 'reading' | 'ready' | 'failed';
  /** What the user calls it. */
  readonly name: string | null;
  /** `18.4`; null until it has been read. */
  readonly version: string | null;
  /** Tables and views; null until it has been read. What was read stays in use after a failure. */
  readonly relations: number | null;
  /** Why it failed, in one clear sentence. */
  readonly message: string | null;
}
