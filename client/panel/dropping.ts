// A plan that is dropped on the panel or pasted into it opens: text from a terminal, a file from the desktop or the explorer.
import type { FromPanel } from '../src/panelMessages.ts';

/** Characters; a log that is longer is no plan. */
const longest = 50_000_000;

/** What VS Code's explorer gives: a list of addresses. */
const addresses = ['application/vnd.code.uri-list', 'text/uri-list'];

export function takeDropped(post: (message: FromPanel) => void): void {
  const open = (text: string): void => {
    if (text.trim() !== '' && text.length <= longest) post({ type: 'open', text });
  };
  document.addEventListener('paste', (event) => {
    if (isField(event.target)) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text === '') return;
    event.preventDefault();
    open(text);
  });
  // without this, nothing can be dropped
  document.addEventListener('dragover', (event) => {
    if (isField(event.target)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    document.body.classList.remove('dropping');
    const { dataTransfer } = event;
    if (isField(event.target) || !dataTransfer) return;
    event.preventDefault();
    const [file] = dataTransfer.files;
    const [uri] = addresses.flatMap((type) => dataTransfer.getData(type).split(/\r?\n/)).filter(isAddress);
    if (file && file.size <= longest) void file.text().then(open);
    else if (uri !== undefined) post({ type: 'openFile', uri });
    else open(dataTransfer.getData('text/plain'));
  });
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, select, textarea') !== null;

const isAddress = (line: string): boolean => /^[a-z][\w+.-]*:\/\//i.test(line);
