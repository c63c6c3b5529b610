// Making elements. Text goes in as text nodes only: a plan holds whatever the user's SQL holds.

interface ElementOptions {
  readonly class?: string;
  readonly title?: string;
  /** ARIA attributes without the prefix: `{ level: 2 }` is `aria-level="2"`. */
  readonly aria?: Readonly<Record<string, string | number | boolean>>;
  readonly role?: string;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.title !== undefined) made.title = options.title;
  if (options.role !== undefined) made.setAttribute('role', options.role);
  for (const [name, value] of Object.entries(options.aria ?? {})) made.setAttribute(`aria-${name}`, String(value));
  made.append(...children);
  return made;
}

export function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { title }, text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
