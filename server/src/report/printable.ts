/** What files and names of others may hold, shown on a terminal: it must not move the cursor, start a line or turn the text round. */

const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Each control character as one that can be seen, in one line; tabs stay. */
export const printable = (text: string): string => text.replace(controls, pictureOf);

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
