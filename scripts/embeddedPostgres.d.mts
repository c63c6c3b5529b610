/** The folder with what the embedded Postgres reads at run time; made on first use. */
export function embeddedPostgresFiles(): Promise<string>;
