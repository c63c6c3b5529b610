/** Which migrations a Prisma schema is written down in, and what they tell of it. */
import type { Catalog } from '../catalog/catalog.ts';
import { finalSchema } from '../catalog/finalSchema.ts';
import { type History, keyOf, nearestHistory } from '../history/history.ts';
import type { DriftSubject } from '../prismaEngine/drift.ts';
import type { PrismaSchemas, SchemaBase } from '../prismaSchemas.ts';
import type { PrismaSchema } from '../sources/prisma/model.ts';
import { baseName, parent } from '../tools/paths.ts';
import type { FileState } from './files.ts';
import type { Histories } from './histories.ts';
import type { Rows } from './rows.ts';

export interface PrismaWorkspace {
  readonly schemas: PrismaSchemas;
  readonly histories: Histories;
  readonly rows: Rows;
  readonly get: (uri: string) => FileState | undefined;
}

export class PrismaMigrations {
  readonly #schemas: PrismaSchemas;
  readonly #histories: Histories;
  readonly #rows: Rows;
  readonly #get: (uri: string) => FileState | undefined;
  /** By {@link keyOf} of a history, as long as its end is the same. */
  readonly #bases = new Map<string, SchemaBase & { readonly end: Catalog }>();

  constructor({ schemas, histories, rows, get }: PrismaWorkspace) {
    this.#schemas = schemas;
    this.#histories = histories;
    this.#rows = rows;
    this.#get = get;
  }

  /** Of the schema that a file is part of. */
  historyOf(uri: string): History | null {
    const histories = this.#histories.all.filter(({ tool }) => tool.id === 'prisma');
    const main = this.#schemas.mainFileOf(uri);
    return histories.find(({ folder }) => folder === `${parent(main)}/migrations`) ?? nearestHistory(main, histories);
  }

  /**
   * What a schema is compared with; null for one that is not for Postgres, has no migrations of its own, or whose project says
   * that its migrations are not all.
   */
  driftSubject(uri: string): DriftSubject | null {
    const schema = this.#schemas.schemaOf(uri);
    const history = schema && this.historyOf(uri);
    const main = this.#schemas.mainFileOf(uri);
    const { version, external } = this.#schemas.projectOf(main);
    if (!history || external || !this.#isOwn(history, main) || !this.#histories.isWhollyRead(history)) return null;
    return {
      main,
      schema,
      files: this.#schemas.textsOf(uri),
      migrations: history.files.map((file) => ({
        name: baseName(parent(file)),
        sql: this.#get(file)?.text.toString() ?? '',
      })),
      history: this.#rows.endOf(history),
      version,
    };
  }

  /** The schema that a migration was made of, or that the file's queries are about; null where that is not certain. */
  schemaBehind(uri: string): PrismaSchema | null {
    const history = this.#histories.of(uri) ?? this.#histories.nearestTo(uri);
    if (history?.tool.id !== 'prisma') return null;
    const mains = this.#mainFilesOf(history);
    return mains.length === 1 ? this.#schemas.schemaOf(mains[0] as string) : null;
  }

  /** The schema that a history's migrations make; null where there is none, or it is not for Postgres. */
  schemaOf(history: History): PrismaSchema | null {
    const [main] = this.#mainFilesOf(history);
    return main === undefined ? null : this.#schemas.schemaOf(main);
  }

  #mainFilesOf(history: History): string[] {
    return this.#schemas.mainFiles().filter((main) => this.historyOf(main) === history && this.#isOwn(history, main));
  }

  /** What a schema is reviewed against. */
  baseOf(uri: string): SchemaBase {
    const history = this.historyOf(uri);
    if (!history || !this.#histories.isWhollyRead(history)) return noBase;
    const main = this.#schemas.mainFileOf(uri);
    // the tables of another schema tell nothing of this one, and some are left to other tools
    if (!this.#isOwn(history, main) || this.#schemas.projectOf(main).external) return noBase;
    const key = keyOf(history);
    const end = this.#rows.endOf(history);
    let base = this.#bases.get(key);
    if (base?.end !== end) {
      const takesFollowUps = this.#histories.takesFollowUps(history.files.at(-1) as string);
      base = { end, history: finalSchema(end), takesFollowUps };
      this.#bases.set(key, base);
    }
    return base;
  }

  /** The migrations stand beside the schema or above it, and belong to no other schema that stands beside them. */
  #isOwn({ folder }: History, main: string): boolean {
    const around = parent(folder);
    const mains = this.#schemas.mainFiles();
    if (!mains.includes(main)) return false;
    const others = mains.filter((uri) => uri !== main);
    if (parent(main) === around) return others.every((uri) => parent(uri) !== around);
    return main.startsWith(`${around}/`) && !others.some((uri) => uri.startsWith(`${around}/`));
  }
}

const noBase: SchemaBase = { history: null, takesFollowUps: false };
