/** Public projects whose histories are run, as their list names them. */
export interface Project {
  readonly name: string;
  readonly tool: string;
  readonly root: string;
  /** How the URI of the history's folder ends; absent where there is one history. */
  readonly folder?: string;
  /** What its handbook tells to run first, such as CREATE EXTENSION. */
  readonly before?: string;
  /** Why something of it is uncertain or different, for the page. */
  readonly notes?: readonly string[];
  /** For Alembic: the naming convention of its metadata, and a Python that has the Alembic it is written for. */
  readonly convention?: Readonly<Record<string, string>>;
  readonly python?: string;
}
