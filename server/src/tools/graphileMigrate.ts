/**
 * graphile-migrate: committed/NUMBER[-name].sql, each beginning with `--! Previous:` and the hash of the one before. Each is sent
 * as one string in a transaction, unless its first line behind the header is `--! no-transaction` (github.com/graphile/migrate,
 * README, "Disable Transaction").
 */
import { marksOf } from './marks.ts';
import { baseName, byVersion } from './paths.ts';
import { wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

const previous = /^--! Previous: /m;
const noTransaction = /^--! no-transaction\b/m;

export const graphileMigrate: SqlTool = {
  id: 'graphile-migrate',
  isNamed: (uri) => /\/committed\/\d+[^/]*\.sql$/.test(uri),
  owns: ({ uri, text }) => /\/committed\/\d+[^/]*\.sql$/.test(uri) && previous.test(text),
  running(_file, sql) {
    const declared = noTransaction.test(marksOf(sql));
    return { wrapping: declared ? wrappingOfString(sql) : 'tool', downFrom: sql.length, declared };
  },
  order: (files) => files.map((f) => f.uri).sort((a, b) => byVersion(baseName(a), baseName(b))),
  whyNoNewFile:
    'graphile-migrate writes committed migrations itself, with their hashes: put it into current.sql and run `graphile-migrate commit`; `--! no-transaction` as its first line runs a single statement outside a transaction.',
};
