// Settings as a tree of what someone has set. Knows nothing of VS Code but the shape of its answers.

/** What `inspect` tells of a setting, of which only the values that someone wrote matter. */
export interface WrittenValues {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/**
 * `{ codeLens: { enabled: false } }` where of all `names` `codeLens.enabled` alone is set.
 * `get` gives the value in force, which merges the user's and the workspace's objects.
 */
export function explicitSettings(
  names: readonly string[],
  inspect: (name: string) => WrittenValues | undefined,
  get: (name: string) => unknown,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const found = inspect(name);
    const written = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
    if (written.every((value) => value === undefined)) continue;
    const path = name.split('.');
    let holder = settings;
    for (const part of path.slice(0, -1)) {
      holder[part] ??= {};
      holder = holder[part] as Record<string, unknown>;
    }
    holder[path.at(-1)!] = get(name);
  }
  return settings;
}
