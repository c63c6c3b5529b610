// Asks for a query's parameter values one after the other, offering what was typed last time.
import { type Memento, type QuickPickItem, window } from 'vscode';
import type { QueryParameter } from '../../server/src/protocol.ts';

/** As the server takes them: values as text by parameter name; null is SQL NULL. */
export type ParameterValues = Readonly<Record<string, string | null>>;

const memoryKey = 'pgreview.parameterValues';
/** How many queries' values are remembered; the oldest go first. */
const remembered = 200;

/**
 * One question per parameter; null when the user leaves one unanswered.
 *
 * Values are remembered by file and by the list of parameters, not by the statement's text: one edits a query and
 * explains it again, and wants the same values offered.
 */
export async function askParameters(
  memory: Memento,
  file: string,
  parameters: readonly QueryParameter[],
): Promise<ParameterValues | null> {
  const key = `${file} ${parameters.map(({ text }) => text).join(' ')}`;
  const all = memory.get<Record<string, ParameterValues>>(memoryKey, {});
  const last = all[key] ?? {};
  const values: Record<string, string | null> = {};
  for (const [index, parameter] of parameters.entries()) {
    const answer = await askValue(parameter, index + 1, parameters.length, last[parameter.name]);
    if (answer === undefined) return null;
    values[parameter.name] = answer;
  }
  const { [key]: _old, ...others } = all;
  const kept = Object.entries({ ...others, [key]: values }).slice(-remembered);
  await memory.update(memoryKey, Object.fromEntries(kept));
  return values;
}

type ValueItem = QuickPickItem & { value: string | null };

/** A list of two answers, the typed text and NULL, as an input box alone could not tell NULL from the word. */
function askValue(
  parameter: QueryParameter,
  step: number,
  totalSteps: number,
  last: string | null | undefined,
): Promise<string | null | undefined> {
  const pick = window.createQuickPick<ValueItem>();
  pick.title = `Value of ${parameter.text}`;
  pick.step = step;
  pick.totalSteps = totalSteps;
  pick.placeholder = `${parameter.type === undefined ? '' : `${parameter.type}. `}Type the value as text, without quotes`;
  pick.ignoreFocusOut = true;
  pick.value = last ?? '';
  const nullItem: ValueItem = { label: 'NULL', description: 'no value', alwaysShow: true, value: null };

  function offer(text: string): void {
    const typed: ValueItem = {
      label: text === '' ? "''" : text,
      description: text === '' ? 'empty text' : 'this value',
      alwaysShow: true,
      value: text,
    };
    pick.items = [typed, nullItem];
    pick.activeItems = [typed];
  }

  offer(pick.value);
  if (last === null) pick.activeItems = [nullItem];
  return new Promise((resolve) => {
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.value);
      pick.hide();
    });
    pick.onDidHide(() => {
      // After an accept this resolves nothing any more.
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
