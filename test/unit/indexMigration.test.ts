// An index that a plan proposes as a migration: where it goes, when it cannot be written, what Prisma's schema is told.
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { IndexMigration } from '../../server/src/features/indexMigration.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import type { IndexProposal } from '../../server/src/protocol.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { migrationSql } from '../harness/prismaEngine.ts';
import type { Files } from '../harness/project.ts';

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, email text);\n';
const onCustomer: IndexProposal = { table: 'orders', method: 'btree', keys: ['customer'] };

interface Options {
  readonly creates?: boolean;
  /** Path of the file with the statement. */
  readonly from?: string;
}

async function write(files: Files, index = onCustomer, { creates = true, from = 'query.sql' }: Options = {}) {
  const all = { [from]: 'SELECT 1;\n', ...files };
  const service = new LanguageService(parser, filesInMemory(all), { now: () => new Date('2026-03-04T05:06:07Z') });
  service.createsFiles(creates);
  await service.scan([rootUri]);
  service.open(`${rootUri}/${from}`, 'sql', 1, all[from] as string);
  return service.indexMigration(`${rootUri}/${from}`, index);
}

function migrationOf(result: IndexMigration): Extract<IndexMigration, { kind: 'migration' }> {
  assert.equal(result.kind, 'migration', JSON.stringify(result));
  return result as Extract<IndexMigration, { kind: 'migration' }>;
}

const createdBy = (result: IndexMigration): string[] =>
  migrationOf(result).created.map(({ uri, text }) => `${uri.slice(rootUri.length + 1)}: ${text}`);

describe('An index as a migration', () => {
  it('goes behind the last migration, under the name that Postgres would choose', async () => {
    assert.deepEqual(createdBy(await write({ 'migrations/1_a.sql': orders, 'migrations/2_b.sql': 'SELECT 1;' })), [
      'migrations/3_create_orders_customer_idx.sql: CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer);\n',
    ]);
    const taken = 'ALTER TABLE orders ADD COLUMN x int; CREATE INDEX orders_customer_idx ON orders (x);';
    const [file] = createdBy(await write({ 'migrations/1_a.sql': orders, 'migrations/2_b.sql': taken }));
    assert.match(file ?? '', /CONCURRENTLY orders_customer_idx1 ON/);
  });

  it('runs in an autocommit block of a revision', async () => {
    const first = `revision = "0001"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("${orders.trim()}")\n`;
    const [file] = createdBy(await write({ 'versions/0001_a.py': first }));
    assert.match(
      file ?? '',
      /^versions\/0002_create_orders_customer_idx\.py: [\s\S]*with op\.get_context\(\)\.autocommit_block\(\):\n {8}op\.execute\("CREATE INDEX CONCURRENTLY orders_customer_idx ON orders \(customer\)"\)\n[\s\S]*op\.execute\("DROP INDEX CONCURRENTLY IF EXISTS orders_customer_idx"\)\n$/,
    );
  });

  it('names a table of another schema with it', async () => {
    const shop = 'CREATE SCHEMA shop;\nCREATE TABLE shop.orders (id bigint, customer bigint);\n';
    for (const table of ['orders', 'shop.orders']) {
      const [file] = createdBy(await write({ 'migrations/1_a.sql': shop }, { ...onCustomer, table }));
      assert.match(file ?? '', /CONCURRENTLY orders_customer_idx ON shop\.orders \(customer\);/);
    }
  });

  it('belongs to the history that makes the table', async () => {
    const two = { 'a/migrations/1_a.sql': 'CREATE TABLE other (id int);', 'b/migrations/1_a.sql': orders };
    for (const from of ['query.sql', 'a/query.sql', 'b/query.sql'])
      assert.match(createdBy(await write(two, onCustomer, { from }))[0] ?? '', /^b\/migrations\/2_/);
    const both = { 'a/migrations/1_a.sql': orders, 'b/migrations/1_a.sql': orders };
    assert.match(createdBy(await write(both, onCustomer, { from: 'a/query.sql' }))[0] ?? '', /^a\/migrations\/2_/);
    const unclear = await write(both);
    assert.ok(unclear.kind === 'script' && /2 migration histories make a table orders/.test(unclear.reason));
  });

  it('belongs to the history that changes a table, where none makes it', async () => {
    const changes = 'ALTER TABLE orders ADD COLUMN customer bigint;';
    const one = { 'a/migrations/1_a.sql': 'CREATE TABLE other (id int);', 'b/migrations/1_a.sql': changes };
    assert.match(
      createdBy(await write(one))[0] ?? '',
      /^b\/migrations\/2_.*\n?CREATE INDEX CONCURRENTLY orders_customer_idx/,
    );
    const both = { 'a/migrations/1_a.sql': changes, 'b/migrations/1_a.sql': orders };
    for (const from of ['query.sql', 'b/query.sql'])
      assert.match(createdBy(await write(both, onCustomer, { from }))[0] ?? '', /^b\/migrations\/2_/);
  });

  it('is a statement by itself where no migration can hold it, and says why', async () => {
    const reasons: [Files, RegExp][] = [
      [{}, /No migrations of the workspace make the table orders\./],
      [{ 'migrations/1_a.sql': 'CREATE TABLE other (id int);' }, /No migrations of the workspace make/],
      [
        { 'drizzle/0000_a.sql': orders, 'drizzle/meta/_journal.json': '{"entries":[{"idx":0,"tag":"0000_a"}]}' },
        /^Drizzle runs all/,
      ],
      [{ 'm/1_a.sql': orders, 'm/atlas.sum': 'h1:' }, /atlas migrate hash/],
      [{ 'm/1_a.sql': `-- Up Migration\n${orders}` }, /pgm\.noTransaction/],
      [
        { 'db/structure.sql': `--\n-- PostgreSQL database dump\n--\n\n${orders}` },
        /db is no folder that new migrations are put into/,
      ],
    ];
    for (const [files, reason] of reasons) {
      const result = await write(files);
      assert.ok(result.kind === 'script', JSON.stringify(result));
      assert.match(result.reason, reason);
      assert.equal(result.sql, 'CREATE INDEX CONCURRENTLY ON orders (customer);\n');
    }
    const other = await write({ 'migrations/1_a.sql': orders }, onCustomer, { creates: false });
    assert.ok(other.kind === 'script' && /creates no files/.test(other.reason));
  });

  it('is not written twice, nor over what nobody knows', async () => {
    for (const index of ['CREATE INDEX x ON orders (customer)', 'CREATE UNIQUE INDEX x ON orders (customer, email)']) {
      const twice = await write({ 'migrations/1_a.sql': orders, 'migrations/2_b.sql': `${index};` });
      assert.ok(
        twice.kind === 'error' && /an index already that serves .*: x\./.test(twice.message),
        JSON.stringify(twice),
      );
    }
    for (const other of ['(email, customer)', '(customer) WHERE id > 5', '(customer DESC)', 'USING hash (customer)']) {
      const own = await write({
        'migrations/1_a.sql': orders,
        'migrations/2_b.sql': `CREATE INDEX x ON orders ${other};`,
      });
      assert.equal(own.kind, 'migration', other);
    }
    const events = `CREATE TABLE orders (id int, customer bigint) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (9);\n`;
    const there = await write({ 'migrations/1_a.sql': `${events}CREATE INDEX there ON orders_1 (customer);\n` });
    assert.ok(there.kind === 'error' && /has such an index already, there/.test(there.message), JSON.stringify(there));
    const deeper = `${events}CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (9) TO (20) PARTITION BY LIST (id);\n`;
    const steps = await write({ 'migrations/1_a.sql': `${deeper}CREATE TABLE o3 PARTITION OF orders_2 DEFAULT;\n` });
    assert.ok(steps.kind === 'error' && /partitioned again/.test(steps.message), JSON.stringify(steps));
  });

  it('is one statement, whatever a client sends', async () => {
    for (const keys of [['customer); DROP TABLE orders; --'], ['customer'].concat(') TABLESPACE x; SELECT (1')]) {
      const result = await write({ 'migrations/1_a.sql': orders }, { ...onCustomer, keys });
      assert.deepEqual(result, { kind: 'error', message: 'This is no index that Postgres could make.' });
    }
  });

  const models = `datasource db {\r\n  provider = "postgresql"\r\n}\r\n\r\nmodel Order {\r\n  id       BigInt   @id\r\n  buyer    BigInt?  @map("customer")\r\n  data     Json?\r\n  placedAt DateTime @default(now())\r\n\r\n  @@map("orders")\r\n}\r\n`;

  /** The schema's text with the index, and the migration that makes it. */
  async function inPrisma(index: IndexProposal): Promise<{ schema: string; migration: string; note: string | null }> {
    const files = {
      'prisma/schema.prisma': models,
      'prisma/migrations/20240101000000_a/migration.sql': await migrationSql(null, models),
    };
    const { created, edits, note } = migrationOf(await write(files, index));
    assert.deepEqual(
      created.map(({ uri }) => uri.slice(rootUri.length + 1).replace(/_create.*\//, '_…/')),
      ['prisma/migrations/20260304050607_…/migration.sql'],
    );
    assert.ok(edits.every(({ uri }) => uri === `${rootUri}/prisma/schema.prisma`));
    const schema = edits.reduce(
      (text, each) => TextDocument.applyEdits(TextDocument.create('', '', 1, text), [...each.edits]),
      models,
    );
    return { schema, migration: created[0]?.text ?? '', note };
  }

  it('is listed in Prisma’s schema, whose engine then makes the same', async () => {
    const proposals: [IndexProposal, RegExp][] = [
      [{ table: 'orders', method: 'btree', keys: ['customer'] }, /@@index\(\[buyer\], map: "orders_customer_idx"\)/],
      [
        { table: 'orders', method: 'btree', keys: ['customer', '"placedAt" DESC'] },
        /@@index\(\[buyer, placedAt\(sort: Desc\)\], map:/,
      ],
      [
        { table: 'orders', method: 'gin', keys: ['data jsonb_path_ops'] },
        /@@index\(\[data\(ops: .*\)\], type: Gin, map:/,
      ],
      [{ table: 'orders', method: 'gin', keys: ['data'] }, /@@index\(\[data\], type: Gin, map:/],
    ];
    for (const [index, attribute] of proposals) {
      const { schema, migration } = await inPrisma(index);
      assert.match(schema, attribute);
      assert.ok(!/(?<!\r)\n/.test(schema), 'line ends');
      const ofEngine = (await migrationSql(models, schema)).replace(/^--.*$/gm, '');
      assert.equal(plain(ofEngine), plain(migration.replace(' CONCURRENTLY', '')));
    }
  });

  it('is not listed there where Prisma leaves it alone', async () => {
    for (const index of [
      { table: 'orders', method: 'btree', keys: ['(customer + 1)'] },
      { table: 'orders', method: 'btree', keys: ['customer'], where: 'customer > 5' },
    ] as const)
      assert.equal((await inPrisma(index)).schema, models);
  });

  it('comes with a word where Prisma’s schema cannot list it', async () => {
    const patterns: IndexProposal = { table: 'orders', method: 'btree', keys: ['customer int8_ops'] };
    const { schema, note } = await inPrisma(patterns);
    assert.equal(schema, models);
    assert.match(note ?? '', /next migration of Prisma’s drops orders_customer_idx/);
    assert.equal((await inPrisma(onCustomer)).note, null);
  });
});

/** Without quotes and layout, which differ. */
const plain = (sql: string): string => sql.replace(/["\s]/g, '').replace('USINGGIN', 'USINGgin');
