/**
 * A btree that is as tall as one of many rows and has none: a page for each level, each with the way down to the next and nothing else.
 * The planner reckons with the height, which Postgres reads in the first page of the index's file (its src/include/access/nbtree.h and
 * src/include/storage/bufpage.h tell what stands where). Checksums are left as they were.
 */
const pageSize = 8_192;
/** Of the part at a page's end: previous and next page, level, flags, cycle. */
const special = pageSize - 16;
const headerSize = 24;
const pageVersion = pageSize | 4;
const flags = { leaf: 1, root: 2 };

/** Offsets in the first page. */
const meta = { magic: 24, version: 28, root: 32, level: 36, fastRoot: 40, fastLevel: 44 };
const magic = 0x053162;
const version = 4;

/**
 * @param file the index's pages
 * @param height levels above the leaves
 * @returns null where it is no btree of this kind
 */
export function tallTree(file: Uint8Array, height: number): Uint8Array | null {
  const first = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < pageSize || first.getUint32(meta.magic, true) !== magic) return null;
  if (first.getUint32(meta.version, true) !== version) return null;
  let root = first.getUint32(meta.root, true);
  let level = first.getUint32(meta.level, true);
  const isEmpty = root === 0;
  const added = Math.max(0, height - level) + (isEmpty ? 1 : 0);
  const grown = new Uint8Array(file.length + added * pageSize);
  grown.set(file);
  const view = new DataView(grown.buffer);
  const flagsAt = (page: number): number => page * pageSize + special + 12;
  const setRoot = (page: number, isRoot: boolean): void => {
    const before = view.getUint16(flagsAt(page), true);
    view.setUint16(flagsAt(page), isRoot ? before | flags.root : before & ~flags.root, true);
  };
  let next = file.length / pageSize;
  if (isEmpty) {
    writePage(view, next * pageSize, 0, null);
    root = next++;
  } else setRoot(root, false);
  while (level < height) {
    writePage(view, next * pageSize, ++level, root);
    root = next++;
  }
  setRoot(root, true);
  for (const at of [meta.root, meta.fastRoot]) view.setUint32(at, root, true);
  for (const at of [meta.level, meta.fastLevel]) view.setUint32(at, level, true);
  return grown;
}

/** @param child the page below; null for a leaf */
function writePage(view: DataView, at: number, level: number, child: number | null): void {
  const tupleSize = 8;
  const tuple = special - tupleSize;
  const u16 = (offset: number, value: number): void => view.setUint16(at + offset, value, true);
  u16(12, child === null ? headerSize : headerSize + 4);
  u16(14, child === null ? special : tuple);
  u16(16, special);
  u16(18, pageVersion);
  view.setUint32(at + special + 8, level, true);
  u16(special + 12, child === null ? flags.leaf : 0);
  if (child === null) return;
  // where the tuple stands, that it is in use, how long it is
  view.setUint32(at + headerSize, tuple | (1 << 15) | (tupleSize << 17), true);
  // the page below in two halves, no key of its own
  u16(tuple, child >>> 16);
  u16(tuple + 2, child & 0xffff);
  u16(tuple + 6, 0x2000 | tupleSize);
}
