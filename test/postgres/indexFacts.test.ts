// What server/src/facts/accessMethods.ts and immutability.ts say, compared with the catalogs and refusals of real servers.
import assert from 'node:assert/strict';
import type pg from 'pg';
import {
  type AccessMethod,
  capabilities,
  coercions,
  defaultTypes,
  extensionOperatorClasses,
  operatorClasses,
  ownTypes,
  scalarTypesByExtension,
  storageParameters,
} from '../../server/src/facts/accessMethods.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const methods = Object.keys(capabilities) as AccessMethod[];

onEachVersion('access methods of indexes', ({ freshDatabase }) => {
  const client = async (): Promise<pg.Client> => (await freshDatabase()).client();
  const refusal = (c: pg.Client, sql: string): Promise<string> =>
    c.query(sql).then(
      () => 'none',
      (error) => error.code,
    );

  it('their operator classes and the types of those', async () => {
    const { rows } = await (await client()).query(
      `SELECT a.amname, o.opcname, t.typname, o.opcdefault FROM pg_opclass o
       JOIN pg_am a ON a.oid = o.opcmethod JOIN pg_type t ON t.oid = o.opcintype`,
    );
    for (const method of methods) {
      const own = rows.filter((row) => row.amname === method);
      const real = own.map((row) => [row.opcname, row.typname]).sort();
      assert.deepEqual([...operatorClasses[method]].sort(), real, method);
      const defaults = own.filter((row) => row.opcdefault).map((row) => row.typname);
      assert.deepEqual([...defaultTypes[method]].sort(), [...new Set(defaults)].sort(), method);
    }
  });

  it('which types turn into another without conversion', async () => {
    const { rows } = await (await client()).query(
      `SELECT s.typname AS source, t.typname AS target FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource
       JOIN pg_type t ON t.oid = c.casttarget WHERE c.castmethod = 'b' AND c.castcontext = 'i'`,
    );
    // varchar and cidr count as text and inet
    const real = rows.filter((r) => ownTypes.has(r.source) && ownTypes.has(r.target));
    const said = Object.entries(coercions).flatMap(([from, to]) => to.map((type) => `${from} ${type}`));
    assert.deepEqual(said.sort(), real.map((r) => `${r.source} ${r.target}`).sort());
    for (const [type, counts] of [
      ['varchar', 'text'],
      ['cidr', 'inet'],
    ])
      assert.ok(rows.some((r) => r.source === type && r.target === counts));
  });

  it('every type is one of the servers', async () => {
    const { rows } = await (await client()).query(
      "SELECT typname FROM pg_type WHERE typtype = 'b' AND typcategory <> 'A' AND typnamespace = 'pg_catalog'::regnamespace",
    );
    const real = new Set(rows.map((row) => row.typname));
    assert.deepEqual(
      [...ownTypes].filter((type) => !real.has(type)),
      [],
    );
  });

  it('of each type and method: whether there is a default operator class', async () => {
    const c = await client();
    for (const type of [...ownTypes, 'varchar', 'cidr', 'int4range', 'tstzmultirange', 'text[]']) {
      const name = type === 'char' ? '"char"' : type;
      await c.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (c ${name})`);
      const counts = {
        varchar: 'text',
        cidr: 'inet',
        int4range: 'anyrange',
        tstzmultirange: 'anymultirange',
        'text[]': 'anyarray',
      };
      for (const method of methods) {
        const has = defaultTypes[method].has(counts[type as keyof typeof counts] ?? type);
        assert.equal(
          await refusal(c, `CREATE INDEX ON t USING ${method} (c)`),
          has ? 'none' : '42704',
          `${method} ${type}`,
        );
      }
    }
  });

  it('unique, several columns, INCLUDE and order', async () => {
    const c = await client();
    await c.query('CREATE TABLE t (i int, p point, a int[])');
    for (const method of methods) {
      const column = { gist: 'p', spgist: 'p', gin: 'a' }[method as string] ?? 'i';
      const { unique, severalColumns, include, order } = capabilities[method];
      const create = (keys: string, more = '', kind = '') =>
        `CREATE ${kind} INDEX ON t USING ${method} (${keys}) ${more}`;
      const said = (able: boolean) => (able ? 'none' : '0A000');
      assert.equal(await refusal(c, create(column, '', 'UNIQUE')), said(unique), method);
      assert.equal(await refusal(c, create(`${column}, ${column}`)), said(severalColumns), method);
      assert.equal(await refusal(c, create(column, 'INCLUDE (i)')), said(include), method);
      for (const words of ['ASC', 'DESC', 'NULLS FIRST', 'NULLS LAST'])
        assert.equal(await refusal(c, create(`${column} ${words}`)), said(order), `${method} ${words}`);
    }
  });

  it('storage parameters: the limits are taken, what is beyond them and what is not listed is refused', async () => {
    const c = await client();
    await c.query('CREATE TABLE t (i int, p point, a int[])');
    const all = new Set(methods.flatMap((method) => Object.keys(storageParameters[method])));
    for (const method of methods) {
      const column = { gist: 'p', spgist: 'p', gin: 'a' }[method as string] ?? 'i';
      const take = (parameter: string, value: string | number) =>
        refusal(c, `CREATE INDEX ON t USING ${method} (${column}) WITH (${parameter} = ${value})`);
      for (const parameter of [...all, 'unheard_of']) {
        const range = storageParameters[method][parameter];
        if (!range) assert.equal(await take(parameter, 1), '22023', `${method} ${parameter}`);
        else if (range.kind === 'integer') {
          for (const value of [range.least, range.most]) assert.equal(await take(parameter, value), 'none', parameter);
          assert.equal(await take(parameter, range.least - 1), '22023', parameter);
          if (range.most < 2147483647) assert.equal(await take(parameter, range.most + 1), '22023', parameter);
          assert.equal(await take(parameter, 'text'), '22023', parameter);
        } else {
          const good = range.kind === 'boolean' ? ['on', 'off', 'true', 'false', '1', '0', 'yes', 'no'] : range.words;
          for (const value of good) assert.equal(await take(parameter, value), 'none', `${parameter} ${value}`);
          for (const value of ['2', 'nonsense']) assert.equal(await take(parameter, value), '22023', parameter);
        }
      }
    }
  });

  it('what the extensions add', async () => {
    const c = await client();
    await c.query('CREATE EXTENSION btree_gin; CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm');
    const { rows } = await c.query(
      `SELECT a.amname, o.opcname, t.typname, o.opcdefault, e.extname FROM pg_opclass o
       JOIN pg_am a ON a.oid = o.opcmethod JOIN pg_type t ON t.oid = o.opcintype
       JOIN pg_depend d ON d.objid = o.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid`,
    );
    for (const [method, extension] of [
      ['gin', 'btree_gin'],
      ['gist', 'btree_gist'],
    ] as const) {
      const types = new Set(rows.filter((r) => r.extname === extension && r.opcdefault).map((r) => r.typname));
      assert.deepEqual(
        [...scalarTypesByExtension[method]].filter((type) => !types.has(type)),
        [],
        extension,
      );
    }
    for (const [name, extension] of Object.entries(extensionOperatorClasses))
      assert.ok(
        rows.some((r) => r.opcname === name && r.extname === extension),
        name,
      );
  });
});
