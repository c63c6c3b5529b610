/** What the core needs of a file system; URIs in and out. */
export interface FileSystem {
  /** URIs of the files below a folder that may matter (.sql, .py, migration tools' own), without what version control or packages own. */
  list(folder: string): Promise<readonly string[]>;
  /** The text; null when it cannot be read or is no text. */
  read(uri: string): Promise<string | null>;
  /** Another one when the file has changed; null for none. Cheaper than to read it. */
  stamp?(uri: string): Promise<string | null>;
}

export interface HistoryFile {
  readonly uri: string;
  readonly text: string;
}
