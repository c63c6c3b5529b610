/**
 * Files that are for another database than Postgres: a project may keep both. Judged by words that only the other one has,
 * outside comments and strings; a slip of the pen in a file for Postgres is not enough.
 */
import { providerIn } from '../tools/prisma.ts';
import { type Beside, type MigrationTool, nothingBeside } from '../tools/tool.ts';
import type { HistoryFile } from './fileSystem.ts';

/** Postgres has none of these, and nobody writes them by mistake: one is enough. */
const clickHouse =
  /\bENGINE\s*=?\s*\w*MergeTree\b|\b(?:LowCardinality|AggregateFunction|DateTime64)\s*\(|\bCODEC\s*\(\s*(?:ZSTD|LZ4|Delta|DoubleDelta|Gorilla)\b|\bTYPE\s+\w+(?:\s*\([^)]*\))?\s+GRANULARITY\s+\d|\bTABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?[\w.]+\s+ON\s+CLUSTER\b|\bALTER\s+TABLE\s+[\w.]+\s+DELETE\s+WHERE\b/i;

/** Nor these. */
const duckDb = /\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:TEMP|TEMPORARY)\s+)?MACRO\b/i;

/** Who is used to another database slips into these: most statements have to. */
const marks: readonly (readonly [name: string, mark: RegExp])[] = [
  [
    'MySQL',
    /\bENGINE\s*=\s*(?:InnoDB|MyISAM|Aria)\b|\bAUTO_INCREMENT\b|\bSET\s+@\w|\bPREPARE\s+\w+\s+FROM\b|^DELIMITER\s|\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b|\bIDENTIFIED\s+(?:BY|WITH)\b|\bFLUSH\s+PRIVILEGES\b|\bON\s+(?:\*|\w+|`\w+`)\.\*\s+TO\b/im,
  ],
  ['SQLite', /\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|^\s*PRAGMA\s+\w/i],
  ['SQL Server', /\[dbo\]\.|^[^\S\r\n]*GO[^\S\r\n]*$|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)\s+NOT\b/im],
  ['Oracle', /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d/i],
  ['MySQL or SQLite', /`[^`\n]+`/],
];

const suspicious =
  /MergeTree|LowCardinality|AggregateFunction|DateTime64|CODEC|GRANULARITY|\bON\s+CLUSTER|\bSET\s+@|DELIMITER|CURRENT_TIMESTAMP|\bDELETE\s+WHERE|ENGINE|AUTO_?INCREMENT|ROWID|PRAGMA|MACRO|\[dbo\]|^[^\S\r\n]*GO[^\S\r\n]*$|VARCHAR2|NVARCHAR|NUMBER|IDENTIFIED|PRIVILEGES|`/im;

const commentsAndStrings = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g;

interface Marked {
  readonly name: string;
  readonly statements: number;
  /** How many of them have a mark. */
  readonly marked: number;
}

function marksOf(text: string): Marked | null {
  if (!suspicious.test(text)) return null;
  const bare = text.replace(commentsAndStrings, ' ');
  const statements = bare.split(';').filter((part) => part.trim() !== '');
  if (clickHouse.test(bare)) return { name: 'ClickHouse', statements: statements.length, marked: statements.length };
  if (duckDb.test(bare)) return { name: 'DuckDB', statements: statements.length, marked: statements.length };
  const found = statements.flatMap((statement) => marks.find(([, mark]) => mark.test(statement))?.[0] ?? []);
  const name = marks.find(([known]) => found.includes(known))?.[0];
  return name === undefined ? null : { name, statements: statements.length, marked: found.length };
}

/** What Postgres has none of either, and which database has it the name of the file tells. */
const foreignWords =
  /^[^\S\r\n]*USE\s+\S+|\bDBMS_\w+|\bUTL_\w+|\bSYSDATE\b|\bUSER_\w+S\b|\bDECLARE\s+@|^[^\S\r\n]*\/[^\S\r\n]*$|\bALTER\s+SYSTEM\s+SET\b[^;]*\bSCOPE\b|\bALTER\s+(?:SESSION|PROFILE)\b/im;

/**
 * The other database that a file is for by itself; null for none, and where that is not certain.
 * @param uri in which a folder or the file may be called for one: `docker/mysql_example.sql`, `etc/sql/oracle/jobs.sql`
 */
export function otherDatabaseOf(text: string, uri = ''): string | null {
  const found = marksOf(text);
  const named = namedInPath(uri);
  if (named !== null && (found || foreignWords.test(text.replace(commentsAndStrings, ' ')))) return named;
  if (!found) return null;
  if (found.name === 'ClickHouse' || found.name === 'DuckDB') return found.name;
  // procedures have many statements without a mark; rows of text may have them anywhere
  const isLong = found.marked >= 20 && found.marked * 10 > found.statements && !/\bFROM\s+stdin\b/i.test(text);
  return isLong || (found.marked >= 3 && found.marked * 2 > found.statements) ? found.name : null;
}

/** What Prisma's migration_lock.toml names, and how the database is called. CockroachDB is none: it takes much of Postgres's SQL. */
const providers: ReadonlyMap<string, string> = new Map([
  ['mysql', 'MySQL'],
  ['sqlite', 'SQLite'],
  ['sqlserver', 'SQL Server'],
]);

/** What nobody calls a folder of migrations for Postgres. */
const folderNames: ReadonlyMap<string, string> = new Map([
  ['mysql', 'MySQL'],
  ['mariadb', 'MySQL'],
  ['sqlite', 'SQLite'],
  ['sqlite3', 'SQLite'],
  ['sqlserver', 'SQL Server'],
  ['mssql', 'SQL Server'],
  ['h2', 'H2'],
  ['hsqldb', 'HSQLDB'],
  ['clickhouse', 'ClickHouse'],
  ['oracle', 'Oracle'],
]);

/**
 * The database that the folder of a history is called for: `db/mysql`, `migration_sqlite`, `h2/migrations`; null where it names
 * none, or Postgres as well, or data that come from there.
 */
function namedByFolder(folder: string): string | null {
  const [above = '', own = ''] = folder.toLowerCase().split('/').slice(-2);
  return databaseIn(/^(?:db|sql|schema|migrations?)$/.test(own) ? above : own);
}

/** By the file's own name, or else by the folder that it lies in. */
function namedInPath(uri: string): string | null {
  const [folder = '', file = ''] = uri.toLowerCase().split('/').slice(-2);
  return databaseIn(file) ?? databaseIn(folder);
}

function databaseIn(name: string): string | null {
  const words = name.split(/[^a-z0-9]+/);
  if (words.some((word) => /^(?:pg|postgres\w*|from|to|import|fdw)$/.test(word))) return null;
  const word = words.find((each) => folderNames.has(each));
  return word === undefined ? null : (folderNames.get(word) ?? null);
}

interface History {
  readonly files: readonly string[];
  readonly tool?: Pick<MigrationTool, 'id'>;
  readonly folder?: string;
  /** Those that are run backward as well. */
  readonly members?: readonly HistoryFile[];
}

/** The other database of each migration whose history is for one, by URI: a migration by itself may show nothing of it. */
export function otherDatabases(
  histories: readonly History[],
  files: readonly HistoryFile[],
  beside: Beside = nothingBeside,
): ReadonlyMap<string, string> {
  const marked = new Map<string, Marked>();
  for (const { uri, text } of files) {
    const found = uri.endsWith('.sql') ? marksOf(text) : null;
    if (found) marked.set(uri, found);
  }
  const others = new Map<string, string>();
  for (const history of histories) {
    const provider = history.tool?.id === 'prisma' ? providerIn(history.folder ?? '', beside) : null;
    const found = history.files.flatMap((uri) => marked.get(uri) ?? []);
    const named = provider === null ? undefined : providers.get(provider);
    const name =
      named ??
      (provider === null ? namedByFolder(history.folder ?? '') : null) ??
      (found.length > 0 ? otherDatabaseOfHistory(found, history.files.length) : null);
    if (name === null) continue;
    for (const uri of [...history.files, ...(history.members ?? []).map((file) => file.uri)]) others.set(uri, name);
  }
  return others;
}

function otherDatabaseOfHistory(found: readonly Marked[], files: number): string | null {
  const clickHouses = found.filter(({ name }) => name === 'ClickHouse').length;
  if (clickHouses > 0 && clickHouses * 4 >= files) return 'ClickHouse';
  const marked = found.filter((file) => file.marked * 2 > file.statements);
  const all = marked.reduce((sum, file) => sum + file.marked, 0);
  return all >= 3 && marked.length * 2 > files ? (marked[0]?.name ?? null) : null;
}
