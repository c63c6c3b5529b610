/** The folder of the package that a file belongs to; null for a file of our own. */
export function packageFolder(file: string): string | null;

/**
 * The licences of the packages that files belong to, and of what those are compiled from.
 * @param files absolute paths
 * @throws for a package whose licence is not to be found
 */
export function notices(files: Iterable<string>): string;
