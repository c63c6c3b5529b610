/** "Show SQL" above every model and enum of a Prisma schema. */
import type { CodeLens } from 'vscode-languageserver-types';
import type { PrismaSchema } from '../sources/prisma/model.ts';
import type { LineDocument } from '../text/text.ts';

export function modelLensesOf(uri: string, document: LineDocument, { models, enums }: PrismaSchema): CodeLens[] {
  // a view is made by hand: the engine writes nothing for it
  return [...models.filter((model) => !model.isView), ...enums]
    .filter((declared) => declared.uri === uri)
    .map(({ file, block, name }) => {
      const at = document.positionAt(file.startOf(block) + block.head);
      return {
        range: { start: at, end: at },
        command: { title: 'Show SQL', command: 'pgreview.showModelSql', arguments: [uri, name] },
      };
    });
}
