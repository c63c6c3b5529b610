// The settings as the server asks for them: only what someone has set.
import { type ExtensionContext, Uri, workspace } from 'vscode';
import type { ConfigurationMiddleware } from 'vscode-languageclient/node';

/**
 * Answers `workspace/configuration` without the defaults that package.json gives: they would override what the
 * project's pgreview.json says, as if the user had asked for them.
 */
export function configurationMiddleware(context: ExtensionContext): ConfigurationMiddleware {
  const names = settingNames(context);
  return {
    async configuration(params, token, next) {
      const answers = await next(params, token);
      if (!Array.isArray(answers)) return answers;
      return params.items.map(({ section, scopeUri }, index) =>
        section === 'pgreview' ? setByUser(names, scopeUri) : answers[index],
      );
    },
  };
}

/** The names under `pgreview.`, but for the connections: the server is told of one with each request that needs it. */
function settingNames(context: ExtensionContext): readonly string[] {
  const { properties } = context.extension.packageJSON.contributes.configuration as { properties: object };
  return Object.keys(properties)
    .map((name) => name.replace(/^pgreview\./, ''))
    .filter((name) => name !== 'connections');
}

/** `{ codeLens: { enabled: false } }` where `pgreview.codeLens.enabled` alone is set. */
function setByUser(names: readonly string[], scopeUri: string | undefined): object {
  const configuration = workspace.getConfiguration('pgreview', scopeUri === undefined ? null : Uri.parse(scopeUri));
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const found = configuration.inspect(name);
    const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
    if (values.every((value) => value === undefined)) continue;
    const path = name.split('.');
    let holder = settings;
    for (const part of path.slice(0, -1)) {
      holder[part] ??= {};
      holder = holder[part] as Record<string, unknown>;
    }
    // Read through VS Code, which merges the user's and the workspace's rules.
    holder[path.at(-1)!] = configuration.get(name);
  }
  return settings;
}
