/** Which RETURNs a list of PL/pgSQL commands can come to, as far as its conditions tell without running it. */

import type { Node } from '@pgsql/types';
import type { Command } from './commands.ts';

/** What a condition is known to be; null for not known. */
export type Assume = (condition: Node | null) => boolean | null;

export interface Flow {
  /** The RETURN commands that may be reached. */
  readonly returns: readonly (Command & { readonly kind: 'return' })[];
  /** Everything else that may be reached, without the constructs that hold other commands. */
  readonly commands: readonly Command[];
  /** Whether control may come to the end of the list. */
  readonly falls: boolean;
}

/** @param assume what is known of conditions; nothing when absent */
export function flowOf(commands: readonly Command[], assume: Assume = () => null): Flow {
  const walker = new FlowWalker(assume);
  const falls = walker.list(commands);
  return { returns: walker.returns, commands: walker.commands, falls };
}

class FlowWalker {
  readonly #assume: Assume;
  readonly returns: (Command & { readonly kind: 'return' })[] = [];
  readonly commands: Command[] = [];
  /** EXITs met so far that leave the innermost loop. */
  #exits = 0;
  /** And those that name what they leave: any loop or block around them may be meant. */
  #namedExits = 0;

  constructor(assume: Assume) {
    this.#assume = assume;
  }

  /** @returns whether its end can be reached */
  list(commands: readonly Command[]): boolean {
    for (const command of commands) if (!this.#one(command)) return false;
    return true;
  }

  #one(command: Command): boolean {
    switch (command.kind) {
      case 'return':
        this.returns.push(command);
        return false;
      case 'raise':
        this.commands.push(command);
        return !command.aborts;
      case 'exit':
        if (command.labelled) this.#namedExits++;
        else this.#exits++;
        return command.conditional;
      case 'continue':
        return command.conditional;
      case 'loop': {
        const [exits, named] = [this.#exits, this.#namedExits];
        this.list(command.commands);
        const left = this.#exits > exits || this.#namedExits > named;
        this.#exits = exits;
        return !command.endless || left;
      }
      case 'block': {
        const named = this.#namedExits;
        let falls = this.list(command.commands);
        for (const handler of command.handlers) falls = this.list(handler.commands) || falls;
        return falls || this.#namedExits > named;
      }
      case 'if':
      case 'case': {
        let falls = false;
        for (const branch of command.branches) {
          const holds = this.#assume(branch.condition);
          if (holds === false) continue;
          falls = this.list(branch.commands) || falls;
          if (holds === true) return falls;
        }
        // a CASE of which no branch fits, and which has no ELSE, raises an error
        if (command.otherwise) return this.list(command.otherwise) || falls;
        return command.kind === 'if' || falls;
      }
      default:
        this.commands.push(command);
        return true;
    }
  }
}
