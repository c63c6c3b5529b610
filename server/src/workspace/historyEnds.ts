/** The ends of histories, where new migrations go. */
import type { Catalog } from '../catalog/catalog.ts';
import type { FollowUpPlace } from '../history/followUps.ts';
import type { History } from '../history/history.ts';
import { isPrismaFile } from '../prismaSchemas.ts';
import type { ReviewOptions } from '../review/review.ts';
import type { Parser } from '../syntax/parser.ts';
import { otherMigrations } from '../tools/index.ts';
import { parent } from '../tools/paths.ts';
import type { WorkspaceFiles } from './files.ts';
import type { Histories } from './histories.ts';
import type { PrismaMigrations } from './prismaMigrations.ts';
import type { Rows } from './rows.ts';

/** The end of a history, and how a migration behind it is reviewed. */
export interface HistoryEnd {
  readonly place: FollowUpPlace;
  /** The schema behind the last migration. */
  readonly base: Catalog;
  readonly options: ReviewOptions;
  readonly parser: Parser;
}

interface Known {
  readonly histories: Histories;
  readonly files: WorkspaceFiles;
  readonly rows: Rows;
  readonly prisma: PrismaMigrations;
  readonly parser: Parser;
  readonly now: () => Date;
  optionsOf(uri: string): ReviewOptions;
}

export class HistoryEnds {
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  of(history: History): HistoryEnd {
    const { rows, parser, optionsOf } = this.#known;
    const last = history.files.at(-1) as string;
    const options = { ...optionsOf(last), takesFollowUps: true, settled: false };
    return { place: this.#placeBehind(history), base: rows.endOf(history), options, parser };
  }

  /** Of the migrations of the schema that a Prisma file is part of; null where none can be written. */
  ofPrisma(uri: string): HistoryEnd | null {
    const history = this.#known.prisma.historyOf(uri);
    return history && this.placeFor(uri) ? this.of(history) : null;
  }

  /** Where follow-ups of a file's fixes go; null where it takes none. */
  placeFor(uri: string): FollowUpPlace | null {
    const { histories, prisma } = this.#known;
    const isPrisma = isPrismaFile(uri);
    const history = isPrisma ? prisma.historyOf(uri) : histories.of(uri);
    if (!history || !histories.takesFollowUps(isPrisma ? (history.files.at(-1) as string) : uri)) return null;
    return this.#placeBehind(history);
  }

  #placeBehind(history: History): FollowUpPlace {
    const { histories, files, now } = this.#known;
    return {
      ...history,
      now: now(),
      read: (file) => files.get(file)?.text.toString() ?? files.beside.get(file) ?? '',
      exists: (file) => histories.existing.has(file),
      others: [...histories.existing].filter((file) => parent(file) === history.folder && otherMigrations.test(file)),
      runsOutside: (file, others) =>
        files.piecesOf(file, others).every((p) => p.wrapping === 'none' || p.wrapping === 'single'),
    };
  }
}
