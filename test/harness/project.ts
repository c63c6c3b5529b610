/** A project in memory, one of its files open in an editor: what its files are after a code action. */
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CodeActionKind, type TextEdit } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory, rootUri } from './filesInMemory.ts';
import { parser } from './parser.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

export interface Project {
  readonly service: LanguageService;
  readonly uri: string;
  /** The project's files after the first such quick fix, new ones included; null when none is offered. */
  after(rule: string, title?: RegExp): Files | null;
}

export interface ProjectOptions {
  /** Whether the editor can create files; true when absent. */
  readonly creates?: boolean;
  readonly now?: Date;
}

const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

export async function openProject(path: string, files: Files, options: ProjectOptions = {}): Promise<Project> {
  const { creates = true, now = new Date('2026-03-04T05:06:07Z') } = options;
  const service = new LanguageService(parser, filesInMemory(files), { now: () => now });
  service.createsFiles(creates);
  await service.scan([rootUri]);
  const uri = `${rootUri}/${path}`;
  service.open(uri, languageOf(path), 1, files[path] as string);
  return {
    service,
    uri,
    after(rule, title = /./) {
      const action = service
        .codeActions(uri, everywhere, [CodeActionKind.QuickFix])
        .find((a) => a.diagnostics?.[0]?.code === rule && title.test(a.title) && !a.title.startsWith('Ignore'));
      if (!action?.edit) return null;
      const result: Record<string, string> = { ...files };
      const nameOf = (of: string): string => decodeURIComponent(of.slice(rootUri.length + 1));
      const edit = (of: string, edits: readonly TextEdit[]): void => {
        const document = TextDocument.create(of, '', 1, result[nameOf(of)] as string);
        result[nameOf(of)] = TextDocument.applyEdits(document, [...edits]);
      };
      for (const [of, edits] of Object.entries(action.edit.changes ?? {})) edit(of, edits);
      for (const change of action.edit.documentChanges ?? []) {
        if (!('kind' in change)) edit(change.textDocument.uri, change.edits as TextEdit[]);
        else {
          assert.equal(change.kind, 'create');
          const name = change.kind === 'create' ? nameOf(change.uri) : '';
          assert.ok(!(name in result), `${name} is there already`);
          result[name] = '';
        }
      }
      return result;
    },
  };
}

const languages: Readonly<Record<string, string>> = { py: 'python', prisma: 'prisma', ts: 'typescript' };
const languageOf = (path: string): string => languages[path.split('.').at(-1) as string] ?? 'sql';

/** Only what is new or another than before. */
export const changedFiles = (before: Files, after: Files | null): Files =>
  Object.fromEntries(Object.entries(after ?? {}).filter(([name, text]) => before[name] !== text));
