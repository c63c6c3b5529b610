// Making elements. Text goes in as text nodes only: a plan holds whatever the user's SQL holds.

interface ElementOptions {
  readonly class?: string;
  readonly title?: string;
  /** ARIA attributes without the prefix: `{ level: 2 }` is `aria-level="2"`. */
  readonly aria?: Readonly<Record<string, string | number | boolean>>;
  readonly role?: string;
}

/**
 * Characters; a browser takes seconds to lay out a text of a megabyte, and nobody reads it. The plan's JSON and its copies have all
 * of it.
 */
const longestText = 5_000;
const longestTitle = 1_000;

const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length.toLocaleString('en-US')} characters)`;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.title !== undefined) made.title = clipped(options.title, longestTitle);
  if (options.role !== undefined) made.setAttribute('role', options.role);
  for (const [name, value] of Object.entries(options.aria ?? {}))
    made.setAttribute(`aria-${name}`, clipped(String(value), longestTitle));
  made.append(...children.map((child) => (typeof child === 'string' ? clipped(child, longestText) : child)));
  return made;
}

export function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { title }, text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
