/** The folder with what the embedded Postgres reads at run time; made on first use. */
export function embeddedPostgresFiles(): Promise<string>;

/** A file of each npm package that it is made of, by absolute path, PGlite first. */
export function embeddedPackages(): string[];
