/** Which commands of a PL/pgSQL body surely run when the body runs to its end without an error. */
import { type Command, everyCommand } from './commands.ts';

export interface SureRuns {
  /** In the order in which they run. */
  readonly sure: readonly Command[];
  /** Whether these are all that may run. */
  readonly all: boolean;
}

export function sureRuns(block: Command & { readonly kind: 'block' }): SureRuns {
  const sure: Command[] = [];
  const state = { all: true };
  walk([block], sure, state);
  return { sure, all: state.all };
}

/** @returns whether what follows the list surely runs too */
function walk(commands: readonly Command[], sure: Command[], state: { all: boolean }): boolean {
  for (const command of commands) {
    switch (command.kind) {
      case 'return':
        return false;
      case 'exit':
      case 'continue':
      case 'rollback':
        state.all = false;
        return false;
      case 'block':
        // an error inside takes back what it has done
        if (command.handlers.length === 0) {
          if (!walk(command.commands, sure, state)) return false;
          break;
        }
        state.all = false;
        if (mayLeave(command)) return false;
        break;
      case 'if':
      case 'case':
      case 'loop':
        state.all = false;
        if (mayLeave(command)) return false;
        break;
      default:
        sure.push(command);
    }
  }
  return true;
}

/** Whether control may come from inside it to somewhere else than its end; an EXIT of a loop in it does not. */
const mayLeave = (command: Command): boolean =>
  [...everyCommand([command])].some(
    ({ kind, ...inner }) =>
      kind === 'return' || kind === 'rollback' || ((kind === 'exit' || kind === 'continue') && isLabelled(inner)),
  );

const isLabelled = (command: object): boolean => 'labelled' in command && command.labelled === true;
