/** MD5, which SQLAlchemy shortens long names with. */

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** Of the text as UTF-8, in 32 hexadecimal digits. */
export function md5(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6));
  for (let i = 0; i < bytes.length; i++) padded.setUint8(i, bytes[i] as number);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, bytes.length * 8, true);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < padded.byteLength; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = round === 0 ? i : round === 1 ? (5 * i + 1) & 15 : round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
      const sum = (a + mixed + (sines[i] as number) + padded.getInt32(block + word * 4, true)) | 0;
      const shift = shifts[round * 4 + (i & 3)] as number;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a, b, c, d].forEach((part, i) => {
      state[i] = ((state[i] as number) + part) | 0;
    });
  }
  const result = new DataView(new ArrayBuffer(16));
  state.forEach((part, i) => {
    result.setInt32(i * 4, part, true);
  });
  return Array.from({ length: 16 }, (_, i) => result.getUint8(i).toString(16).padStart(2, '0')).join('');
}
