/**
 * Atlas: VERSION_name.sql beside atlas.sum, sorted by name, each in a transaction unless it begins with
 * `-- atlas:txmode none` (atlasgo.io/versioned/apply, "Transaction Configuration"). A new file needs its sum in atlas.sum,
 * which only Atlas computes: none is offered.
 */
import { marksOf } from './marks.ts';
import { parent } from './paths.ts';
import type { SqlTool } from './tool.ts';

const mode = /^--[ \t]*atlas:txmode[ \t]+(\w+)/m;

export const atlas: SqlTool = {
  id: 'atlas',
  isNamed: (uri) => uri.endsWith('.sql'),
  owns: ({ uri, text }, beside) => beside.has(`${parent(uri)}/atlas.sum`) || mode.test(text),
  running(_file, sql) {
    const told = mode.exec(marksOf(sql))?.[1];
    return { wrapping: told === 'none' ? 'none' : 'tool', downFrom: sql.length, declared: told !== undefined };
  },
  whyNoNewFile:
    'A new file of Atlas’s needs its sum in atlas.sum: make one with `atlas migrate new`, with `-- atlas:txmode none` as its first line, and run `atlas migrate hash` afterwards.',
  order: (files) => files.map((f) => f.uri).sort(),
};
