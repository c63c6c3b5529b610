// typeChange against what servers do, for every ordered pair of types: a free change leaves the table's storage alone, the
// others write it anew.
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { TypeName } from '../../server/src/catalog/catalog.ts';
import { typeNameOf } from '../../server/src/catalog/names.ts';
import { rewritesFromMostTypes, type TypeChange, typeChange } from '../../server/src/facts/typeChange.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const types = [
  ...['smallint', 'integer', 'bigint', 'real', 'double precision', 'boolean', 'money', 'oid'],
  ...['numeric', 'numeric(10)', 'numeric(10,2)', 'numeric(12,2)', 'numeric(12,4)', 'numeric(10,4)', 'numeric(8,2)'],
  ...['text', 'varchar', 'varchar(10)', 'varchar(20)', 'char', 'char(5)', 'char(10)', 'bpchar', 'name', '"char"'],
  ...['date', 'time', 'time(0)', 'time(3)', 'time(6)', 'timetz', 'timetz(2)', 'timetz(6)'],
  ...['timestamp', 'timestamp(0)', 'timestamp(3)', 'timestamp(6)'],
  ...['timestamptz', 'timestamptz(0)', 'timestamptz(3)', 'timestamptz(6)'],
  ...['interval', 'interval(0)', 'interval(3)', 'interval(6)', 'interval day', 'interval day to second(3)'],
  ...['bit', 'bit(3)', 'bit(5)', 'varbit', 'varbit(5)', 'varbit(8)'],
  ...['uuid', 'json', 'jsonb', 'bytea', 'inet', 'cidr', 'macaddr', 'macaddr8', 'xml', 'tsvector', 'tsquery', 'point'],
  ...['integer[]', 'bigint[]', 'text[]', 'varchar[]', 'varchar(10)[]', 'varchar(20)[]'],
];

/**
 * Changes a column with a row in it from a type to each of the others, undone afterwards: whether the change gave the table
 * new storage, or read it; null where Postgres has no such cast.
 */
const functions = `
  CREATE FUNCTION effect_of_change(to_type text, conversion text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE
    storage oid := pg_relation_filenode('changed');
    scans bigint := pg_stat_get_xact_numscans('changed'::regclass);
  BEGIN
    EXECUTE format('ALTER TABLE changed ALTER COLUMN c TYPE %s %s', to_type, conversion);
    RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = CASE
      WHEN pg_relation_filenode('changed') <> storage THEN 'rewrite'
      WHEN pg_stat_get_xact_numscans('changed'::regclass) <> scans THEN 'scan'
      ELSE 'free' END;
  EXCEPTION
    WHEN SQLSTATE 'UNDO1' THEN RETURN SQLERRM;
    WHEN cannot_coerce OR datatype_mismatch OR undefined_object OR feature_not_supported THEN RETURN NULL;
  END $$;
  CREATE FUNCTION changes(from_type text, to_types text[])
  RETURNS TABLE ("to" text, explicit text, implicit text) LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('CREATE TABLE changed (c %s)', from_type);
    INSERT INTO changed VALUES (NULL);
    FOREACH "to" IN ARRAY to_types LOOP
      explicit := effect_of_change("to", 'USING c::' || "to");
      implicit := CASE WHEN explicit IS NOT NULL THEN effect_of_change("to", '') END;
      RETURN NEXT;
    END LOOP;
    DROP TABLE changed;
  END $$`;

type Effect = 'free' | 'scan' | 'rewrite';

interface Pair {
  from: string;
  to: string;
  /** With USING c::type, and without; null where there is no such cast. */
  explicit: Effect | null;
  implicit: Effect | null;
}

const parsed = new Map<string, TypeName>(types.map((type) => [type, parseType(type)]));

onEachVersion('typeChange', ({ version, freshDatabase }) => {
  let client: pg.Client;
  before(async () => {
    const database = await freshDatabase();
    client = await database.client();
    await client.query(functions);
  });

  let inUtc: Pair[];

  async function observePairs(zone: string, among: readonly string[]): Promise<Pair[]> {
    await client.query(`SET TimeZone = '${zone}'`);
    const { rows } = await client.query<Pair>(
      `SELECT a AS "from", b.* FROM unnest($1::text[]) a, changes(a, $1::text[]) b`,
      [among],
    );
    return rows;
  }

  it('is right about every pair', async function () {
    this.timeout(120_000);
    inUtc = await observePairs('UTC', types);
    const timed = await observePairs(
      'Europe/Berlin',
      types.filter((type) => /time|date/.test(type)),
    );
    const elsewhere = new Map(timed.map((pair) => [`${pair.from} to ${pair.to}`, pair]));
    const counts: Record<TypeChange | 'no cast', number> = {
      free: 0,
      rewrite: 0,
      'depends on time zone': 0,
      unknown: 0,
      'no cast': 0,
    };
    const wrong: string[] = [];
    for (const { from, to, explicit, implicit } of inUtc) {
      if (explicit === null) {
        counts['no cast']++;
        continue;
      }
      const there = elsewhere.get(`${from} to ${to}`) ?? { explicit, implicit };
      const shown = new Set([explicit, implicit ?? explicit, there.explicit, there.implicit ?? there.explicit]);
      const dependsOnZone = explicit === 'free' && there.explicit === 'rewrite';
      const fact = dependsOnZone ? 'depends on time zone' : [...shown].join(' or ');
      const claim = typeChange(parsed.get(from)!, parsed.get(to)!);
      counts[claim]++;
      if (claim !== 'unknown' && claim !== fact) wrong.push(`${from} to ${to}: ${claim}, but it is ${fact}`);
    }
    assert.deepEqual(wrong, []);
    console.log(`      Postgres ${version}: ${JSON.stringify(counts)}`);
    assert.ok(counts.free >= 40 && counts.rewrite >= 500 && counts['depends on time zone'] >= 4);
  });

  it('a change to a type that hardly anything is compatible with rewrites, whatever the column was', () => {
    const wrong = inUtc.filter(
      ({ from, to, explicit }) =>
        rewritesFromMostTypes(parsed.get(to)!) &&
        parsed.get(from)!.name !== parsed.get(to)!.name &&
        explicit === 'free',
    );
    // the two numbers of 4 bytes
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} to ${to}`),
      ['oid to integer'],
    );
  });
});

function parseType(type: string): TypeName {
  const { parsed } = SqlText.of(`ALTER TABLE t ALTER COLUMN c TYPE ${type}`, parser).statements[0]!;
  const [command] = parsed.kind === 'tree' && 'AlterTableStmt' in parsed.node ? parsed.node.AlterTableStmt.cmds! : [];
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  const name = def && 'ColumnDef' in def ? typeNameOf(def.ColumnDef.typeName) : null;
  assert.ok(name, type);
  return name;
}
