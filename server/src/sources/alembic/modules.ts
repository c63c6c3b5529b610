/** What revisions import. */
import type { Name, Value } from './values.ts';

export interface Modules {
  /** What a name stands for in the module that it is imported from; null when that is none of the project, or not known. */
  find(name: Name): Value | null;
}

export const noModules: Modules = { find: () => null };
