// The settings as the server asks for them: only what someone has set.
import { type ExtensionContext, Uri, workspace } from 'vscode';
import type { ConfigurationMiddleware } from 'vscode-languageclient/node';
import { explicitSettings } from './explicitSettings.ts';

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
      return params.items.map(({ section, scopeUri }, index) => {
        if (section !== 'pgreview') return answers[index];
        const settings = workspace.getConfiguration('pgreview', scopeUri === undefined ? null : Uri.parse(scopeUri));
        return explicitSettings(
          names,
          (name) => settings.inspect(name),
          (name) => settings.get(name),
        );
      });
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
