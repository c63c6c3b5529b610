/** Texts with a cursor in them, `‸`. */
import type { Position } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory, rootUri } from './filesInMemory.ts';
import { parser } from './parser.ts';

export interface AtCursor {
  readonly service: LanguageService;
  readonly uri: string;
  /** Without the cursor. */
  readonly text: string;
  readonly position: Position;
}

/**
 * Opens the file that has the cursor, in a workspace of these files.
 * @param files texts by path
 */
export async function atCursor(files: Readonly<Record<string, string>>): Promise<AtCursor> {
  const [path, marked] = Object.entries(files).find(([, text]) => text.includes('‸')) ?? [];
  if (path === undefined || marked === undefined) throw new Error('There is no cursor ‸ in the files.');
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const lines = text.slice(0, offset).split('\n');
  const service = new LanguageService(parser, filesInMemory({ ...files, [path]: text }));
  await service.scan([rootUri]);
  const uri = `${rootUri}/${path}`;
  service.open(uri, path.endsWith('.py') ? 'python' : 'sql', 1, text);
  return { service, uri, text, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
}
