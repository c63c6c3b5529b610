// Nothing that a server accepts is called a syntax error: of PostgreSQL's own regression suite, which holds some deliberate
// errors, every statement that the review calls one is sent to a server. Needs the suite: PGREVIEW_REGRESS names its folder.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { FileReviewer } from '../../server/src/document.ts';
import { syntaxErrorId } from '../../server/src/review/syntaxFinding.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { nextBoundary } from '../../server/src/text/split.ts';
import { Text } from '../../server/src/text/text.ts';
import { regressionCorpus } from '../harness/corpus.ts';
import { parser } from '../harness/parser.ts';
import { startServer } from './harness/servers.ts';

interface Claim {
  readonly file: string;
  readonly message: string;
  readonly sql: string;
}

function claims(): Claim[] {
  return (regressionCorpus ?? []).flatMap(({ name, text }) => {
    const pieces = sqlSource.read(name, Text.of(text), parser);
    const { findings } = new FileReviewer({ targetVersion: 18 }).review(pieces);
    return findings
      .filter((f) => f.finding.rule === syntaxErrorId)
      .map(({ finding, statementStart }) => {
        // what psql would send: up to the `;`, also where we say that the statement ends earlier
        const { bodyStart, bodyEnd } = nextBoundary(text, statementStart);
        return { file: name, message: finding.message, sql: text.slice(bodyStart, bodyEnd) };
      });
  });
}

/** What the server says before it looks anything up: its grammar's codes, and the last one by PL/pgSQL's compiler. */
const parserCodes = ['42601', '22025', '22023', '0A000', '42804'];

async function codeOf(session: Client, sql: string): Promise<string> {
  await session.query('begin');
  try {
    await session.query(sql);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await session.query('rollback');
  }
}

if (regressionCorpus)
  describe("PostgreSQL's regression suite", function () {
    this.timeout(300_000);
    it('has no statement that the review calls a syntax error and the server does not', async () => {
      const server = await startServer(18);
      const database = await server.freshDatabase();
      const session = await database.client();
      const found = claims();
      assert.ok(found.length > 0, 'the suite holds syntax errors');
      const wrong: string[] = [];
      const codes = new Map<string, number>();
      for (const { file, message, sql } of found) {
        const code = await codeOf(session, sql);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (!parserCodes.includes(code)) wrong.push(`${file}: ${code}: ${message}\n${sql.slice(0, 400)}`);
      }
      console.log(`      ${found.length} syntax errors; the server says ${JSON.stringify(Object.fromEntries(codes))}`);
      await database.drop();
      assert.deepEqual(wrong, []);
    });
  });
