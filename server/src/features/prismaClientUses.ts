/** What a rename in a Prisma schema leaves alone: TypeScript that says the old name to the client which Prisma generates. */
import type { Position } from 'vscode-languageserver-types';
import type { PrismaThing } from '../sources/prisma/names.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { nameOf, thingAt } from './prismaRename.ts';

export interface ClientName {
  /** What the client calls it, for people. */
  readonly words: string;
  /** Finds it in TypeScript, and whatever else is called so. */
  readonly pattern: RegExp;
}

/** Null where there is no name of a schema. */
export function clientNameAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  position: Position,
): ClientName | null {
  const found = thingAt(document, file, workspace, position);
  return found && clientNameOf(found.thing);
}

function clientNameOf(thing: PrismaThing): ClientName {
  const name = nameOf(thing);
  if (thing.kind !== 'model') return { words: name, pattern: new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'gu') };
  // prisma.user, User, Prisma.UserWhereInput
  const property = name.charAt(0).toLowerCase() + name.slice(1);
  return {
    words: property === name ? name : `${property} or ${name}`,
    pattern: new RegExp(`\\.${property}(?![\\w$])|(?<![\\w$])${name}(?![\\w$])|\\bPrisma\\.${name}(?=[A-Z])`, 'gu'),
  };
}

/** Which of the places mean it only a compiler can tell: none is changed. Null where there are none. */
export function clientUsesText(
  { words }: ClientName,
  newName: string,
  { places, files }: { readonly places: number; readonly files: number },
): string | null {
  if (places === 0) return null;
  const where = `${counted(places, 'place')} in ${counted(files, 'TypeScript or JavaScript file')} that use${files === 1 ? 's' : ''} Prisma`;
  return `Only the schema was renamed: ${where} ${places === 1 ? 'says' : 'say'} ${words}, and may mean what is ${newName} now. After prisma generate, a type check finds those that do.`;
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
