// Copy or Save: the plan as text, Markdown, JSON or a picture, as it is or anonymised. It opens below the toolbar.
import type { CopyFormat, FromPanel } from '../src/panelMessages.ts';
import { makeChoice } from './choices.ts';
import { button, element } from './dom.ts';

const formats: readonly { id: CopyFormat; title: string; what: string }[] = [
  { id: 'text', title: 'Text', what: 'the plan as text' },
  { id: 'markdown', title: 'Markdown', what: 'the plan as Markdown' },
  { id: 'json', title: 'JSON', what: 'the plan as JSON' },
  { id: 'svg', title: 'SVG picture', what: 'the picture as SVG' },
  { id: 'png', title: 'PNG picture', what: 'the picture' },
];

export interface Copying {
  /** What opens the rest. */
  readonly opener: HTMLButtonElement;
  readonly element: HTMLElement;
  save(format: CopyFormat, anonymised: boolean): void;
}

/** @param content throws a sentence for the user when there can be none */
export function makeCopying(
  content: (format: CopyFormat, anonymised: boolean) => string | HTMLCanvasElement,
  post: (message: FromPanel) => void,
): Copying {
  let format: CopyFormat = 'text';
  const status = element('span', { class: 'muted', role: 'status' });
  const anonymised = element('input');
  anonymised.type = 'checkbox';
  const anonymisedLabel = element(
    'label',
    { class: 'choice', title: 'Names of tables, columns, indexes and functions, and constants are replaced' },
    anonymised,
    'Anonymise',
  );

  /** Tells what went wrong instead of throwing it. */
  const attempt = async (run: () => Promise<string> | string): Promise<void> => {
    status.textContent = '';
    try {
      status.textContent = await run();
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const copy = (): Promise<void> =>
    attempt(async () => {
      const made = content(format, anonymised.checked);
      const what = formats.find(({ id }) => id === format)?.what ?? '';
      if (typeof made === 'string') post({ type: 'copy', text: made, what });
      else await copyPicture(made);
      return `Copied ${what}.`;
    });
  const save = (as: CopyFormat, isAnonymised: boolean): Promise<void> =>
    attempt(() => {
      const made = content(as, isAnonymised);
      post({ type: 'save', format: as, content: typeof made === 'string' ? made : base64Of(made) });
      return '';
    });

  const choice = makeChoice('Copy as', 'In which form', formats, format, (id) => {
    format = formats.find((each) => each.id === id)?.id ?? format;
    status.textContent = '';
  });
  const part = element(
    'div',
    { class: 'copying', role: 'group', aria: { label: 'Copy or save the plan' } },
    choice,
    anonymisedLabel,
    button('Copy', 'Copy it to the clipboard', () => void copy()),
    button('Save As…', 'Save it to a file', () => void save(format, anonymised.checked)),
    status,
  );
  part.id = 'copying';
  part.hidden = true;
  const opener = button('Copy or Save…', 'As text, Markdown, JSON or a picture; anonymised if you want', () => {
    part.hidden = !part.hidden;
    opener.setAttribute('aria-expanded', String(!part.hidden));
    if (!part.hidden) part.querySelector('select')?.focus();
  });
  opener.setAttribute('aria-expanded', 'false');
  opener.setAttribute('aria-controls', part.id);
  part.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    part.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  });
  return { opener, element: part, save: (as, isAnonymised) => void save(as, isAnonymised) };
}

async function copyPicture(canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  try {
    if (!blob) throw new Error();
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  } catch {
    throw new Error('The clipboard takes no picture here: save it to a file.');
  }
}

const base64Of = (canvas: HTMLCanvasElement): string => canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
