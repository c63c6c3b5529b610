/** The Prisma schemas of a workspace: which files make them up, and what is found in each. */

import type { FinalSchema } from './catalog/schema.ts';
import type { PlacedFinding } from './document.ts';
import type { FileSystem } from './history/fileSystem.ts';
import { schemaDrift } from './history/problems/schemaDrift.ts';
import type { DriftFinding } from './prismaEngine/driftFindings.ts';
import { isSilenced, type ModelFinding, reviewModels } from './review/modelReview.ts';
import type { Host, Piece } from './sources/piece.ts';
import { plainMap } from './sources/piece.ts';
import { type Datasource, isForOther } from './sources/prisma/datasources.ts';
import type { Declared, PrismaSchema } from './sources/prisma/model.ts';
import { PrismaFile } from './sources/prisma/prismaFile.ts';
import { readSchema } from './sources/prisma/readSchema.ts';
import {
  filesWith,
  namedSchema,
  namingFiles,
  noProject,
  type PrismaProject,
  projectIn,
} from './sources/prisma/schemaFiles.ts';
import type { Parser } from './syntax/parser.ts';
import { SqlText } from './syntax/sqlText.ts';
import { baseName, parent } from './tools/paths.ts';

/** What a schema is reviewed against. */
export interface SchemaBase {
  /** The tables behind the last migration; null where those are not known. */
  readonly history: FinalSchema | null;
  readonly takesFollowUps: boolean;
}

interface Held {
  readonly text: string;
  readonly file: PrismaFile;
}

export class PrismaSchemas {
  readonly #parser: Parser;
  readonly #open = new Map<string, Held>();
  readonly #closed = new Map<string, Held>();
  /** Files and folders that settings of the project name, and by the settings' folder. */
  #named: ReadonlySet<string> = new Set();
  #namedIn: ReadonlyMap<string, readonly string[]> = new Map();
  /** By the file at hand: what was read from which files, as long as those are the same. */
  readonly #schemas = new Map<
    string,
    { readonly files: readonly PrismaFile[]; readonly schema: PrismaSchema | null }
  >();
  readonly #reviews = new WeakMap<
    PrismaSchema,
    { readonly base: SchemaBase; readonly findings: readonly ModelFinding[] }
  >();

  /** By folder: what its package.json and prisma.config.ts say. */
  #projects: ReadonlyMap<string, PrismaProject> = new Map();
  readonly #drifts = new Map<string, readonly DriftFinding[]>();

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Takes the files that were found on disk, and what the project says of them. */
  async scan(found: ReadonlyMap<string, string>, folders: readonly string[], files: FileSystem): Promise<void> {
    for (const uri of this.#closed.keys()) if (!found.has(uri)) this.#closed.delete(uri);
    for (const [uri, text] of found) if (!isCopy(uri)) this.#closed.set(uri, held(text, this.#closed.get(uri)));
    const named = new Map<string, string[]>();
    const projects = new Map<string, PrismaProject>();
    const asked = new Set<string>();
    for (const uri of found.keys())
      for (let folder = parent(uri); isWithin(folder, folders) && !asked.has(folder); folder = parent(folder)) {
        asked.add(folder);
        for (const name of namingFiles) {
          const text = await files.read(`${folder}/${name}`);
          const path = text === null ? null : namedSchema(name, text);
          const project = text === null ? null : projectIn(name, text);
          if (project) projects.set(folder, { ...noProject, ...projects.get(folder), ...project });
          if (path === null) continue;
          const uri = new URL(path.replace(/\/$/, ''), `${folder}/`).href;
          named.set(folder, [...(named.get(folder) ?? []), uri]);
        }
      }
    this.#named = new Set([...named.values()].flat());
    this.#namedIn = named;
    this.#projects = projects;
    this.#schemas.clear();
  }

  open(uri: string, text: string): void {
    this.#open.set(uri, held(text, this.#open.get(uri) ?? this.#closed.get(uri)));
  }

  close(uri: string): void {
    this.#open.delete(uri);
  }

  get(uri: string): PrismaFile | null {
    return this.#held(uri)?.file ?? null;
  }

  textOf(uri: string): string {
    return this.#held(uri)?.text ?? '';
  }

  /** The files of the schema that a file is part of, with their texts. */
  textsOf(uri: string): [uri: string, text: string][] {
    return this.membersOf(uri).map((member) => [member, this.textOf(member)]);
  }

  /** Of the project that a file is part of. */
  projectOf(uri: string): PrismaProject {
    for (let folder = parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
      const project = this.#projects.get(folder);
      if (project) return project;
    }
    return noProject;
  }

  /** Whether it is what Prisma reads, and not a file that was left beside the one that the nearest settings name. */
  #isChosen(uri: string): boolean {
    for (let folder = parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
      const named = this.#namedIn.get(folder);
      if (named) return named.some((chosen) => uri === chosen || uri.startsWith(`${chosen}/`) || !this.#holds(chosen));
    }
    return true;
  }

  /** Of a path that settings name: they may be for another program. */
  #holds(chosen: string): boolean {
    const uris = [...this.#closed.keys(), ...this.#open.keys()];
    return uris.some((uri) => uri === chosen || uri.startsWith(`${chosen}/`));
  }

  /** Every file with a datasource that Prisma reads. */
  mainFiles(): string[] {
    return [...new Set([...this.#closed.keys(), ...this.#open.keys()])].filter(
      (uri) => this.get(uri)?.blocks.some(({ kind }) => kind === 'datasource') && this.#isChosen(uri),
    );
  }

  datasources(): Datasource[] {
    return this.mainFiles().map((uri) => ({ uri, isOther: isForOther(this.get(uri) as PrismaFile) }));
  }

  /** What the migrations do not make of a schema, by its main file. @returns whether that is another than before */
  setDrift(main: string, found: readonly DriftFinding[]): boolean {
    const before = this.#drifts.get(main) ?? [];
    this.#drifts.set(main, found);
    return JSON.stringify(before) !== JSON.stringify(found);
  }

  #held(uri: string): Held | undefined {
    return this.#open.get(uri) ?? this.#closed.get(uri);
  }

  /** The files of the schema that a file is part of; empty where several could be meant. */
  membersOf(uri: string): readonly string[] {
    const uris = new Set([...this.#closed.keys(), ...this.#open.keys()]);
    const candidates = [...uris].sort().flatMap((other) => {
      const file = this.get(other);
      return file ? [{ uri: other, hasDatasource: file.blocks.some(({ kind }) => kind === 'datasource') }] : [];
    });
    return filesWith(uri, candidates, this.#named);
  }

  /** The schema that a file is part of; null where it is not for Postgres, or not known. */
  schemaOf(uri: string): PrismaSchema | null {
    const members = this.membersOf(uri);
    const files = members.map((member) => this.get(member) as PrismaFile);
    const known = this.#schemas.get(uri);
    if (known && known.files.length === files.length && known.files.every((file, i) => file === files[i]))
      return known.schema;
    const schema = readSchema(members.map((member, i) => ({ uri: member, file: files[i] as PrismaFile })));
    this.#schemas.set(uri, { files, schema });
    return schema;
  }

  /** The file that holds the datasource of the schema which that file is part of: migrations lie beside it. */
  mainFileOf(uri: string): string {
    const hasSource = (other: string): boolean =>
      this.get(other)?.blocks.some(({ kind }) => kind === 'datasource') ?? false;
    return [uri, ...this.membersOf(uri)].find(hasSource) ?? uri;
  }

  /** What is found in a file; nothing where its schema is not for Postgres. */
  review(uri: string, base: SchemaBase): PlacedFinding[] {
    const schema = isCopy(uri) ? null : this.schemaOf(uri);
    if (!schema) return [];
    let known = this.#reviews.get(schema);
    if (!known || known.base.history !== base.history || known.base.takesFollowUps !== base.takesFollowUps) {
      known = { base, findings: reviewModels(schema, { ...base, parser: this.#parser }) };
      this.#reviews.set(schema, known);
    }
    return [...known.findings, ...this.#driftOf(uri, schema)]
      .filter(({ at }) => at.uri === uri)
      .map((found) => this.#place(found))
      .sort((a, b) => a.range.start - b.range.start);
  }

  /** At the models and enums as they stand now: what was found a moment ago holds until more is known. */
  #driftOf(uri: string, schema: PrismaSchema): ModelFinding[] {
    const main = this.mainFileOf(uri);
    const found = this.#drifts.get(main) ?? [];
    return found.flatMap(({ at, severity, message, help }) => {
      const place = at
        ? [...schema.models, ...schema.enums].find((d) => d.uri === at.uri && d.name === at.name)
        : this.#datasourceIn(main);
      const name = place?.block.name;
      if (!place || !name) return [];
      const span = { start: name.start, end: name.end };
      const own = { finding: { rule: schemaDrift.id, severity, span, message, help, fixes: [] }, at: place };
      return isSilenced(own) ? [] : [own];
    });
  }

  #datasourceIn(uri: string): Declared | undefined {
    const file = this.get(uri);
    const block = file?.blocks.find(({ kind }) => kind === 'datasource');
    return file && block?.name ? { uri, file, block, name: block.name.text } : undefined;
  }

  #place({ finding, at }: ModelFinding): PlacedFinding {
    const start = at.file.startOf(at.block);
    const range = { start: start + finding.span.start, end: start + finding.span.end };
    const related = (finding.related ?? []).map(({ span, message, statement }) => {
      const other = (statement as ModelFinding['at'] | undefined) ?? at;
      const from = other.file.startOf(other.block);
      return { uri: other.uri, range: { start: from + span.start, end: from + span.end }, message };
    });
    return { finding, piece: this.#pieceAt(at, finding.span.start), statementStart: start, range, related };
  }

  /** Fixes edit the file as it stands; a comment that silences goes on a line of its own. */
  #pieceAt({ file, block }: ModelFinding['at'], offset: number): Piece {
    const lineStart = Math.max(block.text.lastIndexOf('\n', offset - 1) + 1, 0);
    const indent = /^[ \t]*/.exec(block.text.slice(lineStart))?.[0] ?? '';
    const host: Host = {
      call: { start: file.startOf(block) + lineStart, end: file.startOf(block) + lineStart },
      comments: '',
      fileComments: '',
      commentAt: file.startOf(block) + lineStart,
      commentStart: `${indent}// `,
    };
    return {
      sql: SqlText.of('', this.#parser),
      map: plainMap(Number.MAX_SAFE_INTEGER),
      wrapping: 'unknown',
      declared: false,
      begins: false,
      downFrom: 0,
      reviewed: true,
      conditional: false,
      uncertain: false,
      host,
    };
  }
}

const held = (text: string, before: Held | undefined): Held =>
  before?.text === text ? before : { text, file: PrismaFile.of(text, before?.file ?? null) };

/** What a script of a migration was generated from, or what came with a generated client: another file is the schema. */
const isCopy = (uri: string): boolean => /\/(?:migrations\/[^/]+|generated)\/(?:.*\/)?[^/]+\.prisma$/i.test(uri);

const isWithin = (folder: string, folders: readonly string[]): boolean =>
  folders.some((root) => folder === root.replace(/\/$/, '') || folder.startsWith(`${root.replace(/\/$/, '')}/`));

export const isPrismaFile = (uri: string): boolean => /\.prisma$/i.test(baseName(uri));
