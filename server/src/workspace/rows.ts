/** The reviewers of a workspace: one for each history, which its files follow one another in, and one for each file beside them. */
import type { Catalog } from '../catalog/catalog.ts';
import { Reviewer } from '../document.ts';
import { type History, keyOf } from '../history/history.ts';
import type { ReviewOptions } from '../review/review.ts';
import type { FileState } from './files.ts';

export class Rows {
  readonly #get: (uri: string) => FileState | undefined;
  readonly #optionsOf: (uri: string) => ReviewOptions;
  /** By {@link keyOf} of a history, and by URI for files beside them. */
  readonly #reviewers = new Map<string, Reviewer>();
  /** Counts whatever may concern a review. */
  #changes = 0;
  /** Which count of changes and of reviewed files each history has been brought to. */
  readonly #broughtTo = new WeakMap<Reviewer, string>();
  /** Files that somebody has asked the review of. */
  readonly #reviewed = new Set<string>();
  /** What each history leaves to files beside it, while none of its files changes. */
  readonly #ends = new Map<string, Catalog>();
  /** What {@link ReviewOptions.wholeHistory} was for files beside histories when they were last reviewed. */
  readonly #beganWhole = new WeakMap<Reviewer, boolean>();

  /** @param get the files as they are */
  constructor(get: (uri: string) => FileState | undefined, optionsOf: (uri: string) => ReviewOptions) {
    this.#get = get;
    this.#optionsOf = optionsOf;
  }

  /** Something has changed that may concern a review. */
  moved(): void {
    this.#changes++;
  }

  /** What the histories leave is no longer known. @param history only that one */
  forgetEnds(history?: History): void {
    if (history) this.#ends.delete(keyOf(history));
    else this.#ends.clear();
  }

  /** All that was found is forgotten. */
  clear(): void {
    this.#reviewers.clear();
  }

  /** Reviewers remember what they found under the options that they were made with. @param keep by their keys; the others go */
  forget(keep: ReadonlySet<string>): void {
    for (const [key, reviewer] of this.#reviewers)
      if (keep.has(key)) reviewer.forget();
      else this.#reviewers.delete(key);
  }

  /** As {@link forget}, of all, which stay. */
  forgetAll(): void {
    for (const reviewer of this.#reviewers.values()) reviewer.forget();
  }

  /** Files that stand beside all histories begin in another schema. */
  forgetBeside(histories: readonly History[]): void {
    const keys = new Set(histories.map(keyOf));
    for (const key of this.#reviewers.keys()) if (!keys.has(key)) this.#reviewers.delete(key);
  }

  close(uri: string): void {
    this.#reviewers.delete(uri);
  }

  /** The review of these is asked for: statements of other files of a history are only carried along. */
  expect(uris: readonly string[]): void {
    for (const uri of uris) this.#reviewed.add(uri);
  }

  /** Brought up to date. */
  of(history: History): Reviewer {
    const reviewer = this.#remembered(keyOf(history));
    const state = `${this.#changes} ${this.#reviewed.size}`;
    if (this.#broughtTo.get(reviewer) === state) return reviewer;
    this.#broughtTo.set(reviewer, state);
    reviewer.update(
      history.files.map((file) => ({
        uri: file,
        pieces: this.#get(file)?.pieces ?? [],
        reviewed: this.#reviewed.has(file),
      })),
    );
    return reviewer;
  }

  /** Of a file beside all histories. @param base the schema that it begins with */
  beside({ uri, pieces }: FileState, base: Catalog): Reviewer {
    const reviewer = this.#remembered(uri);
    // the file has got its first statement that is no query, or lost its last
    const whole = this.#optionsOf(uri).wholeHistory ?? false;
    if (this.#beganWhole.get(reviewer) !== whole) reviewer.forget();
    this.#beganWhole.set(reviewer, whole);
    reviewer.update([{ uri, pieces, reviewed: true }], base);
    return reviewer;
  }

  /** The schema behind a history's last file. */
  endOf(history: History): Catalog {
    const key = keyOf(history);
    let end = this.#ends.get(key);
    if (!end) {
      end = this.of(history).catalogAfter();
      this.#ends.set(key, end);
    }
    return end;
  }

  #remembered(key: string): Reviewer {
    const known = this.#reviewers.get(key);
    if (known) return known;
    const reviewer = new Reviewer((uri) => this.#optionsOf(uri));
    this.#reviewers.set(key, reviewer);
    return reviewer;
  }
}
