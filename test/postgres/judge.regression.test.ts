// What the judge says is an error is one: of PostgreSQL's own regression suite, which holds thousands of deliberate errors,
// each file is judged by itself and then run statement by statement on a server of each version. Needs the suite:
// PGREVIEW_REGRESS names its folder.
import assert from 'node:assert/strict';
import { regressionCorpus } from '../harness/corpus.ts';
import { judgedFileOf, newJudge } from './harness/judging.ts';
import { startServer, testedVersions } from './harness/servers.ts';

const isData = (node: object): boolean => /^(?:Select|Insert|Update|Delete|Merge)Stmt/.test(Object.keys(node)[0] ?? '');

/** Files that are about the server itself: they would disturb the others, or wait for other sessions. */
const leftOut = /^(?:database|tablespace|stats|subscription|publication|prepared_xacts|largeobject|sysviews)\b/;

if (regressionCorpus)
  for (const version of testedVersions)
    describe(`The judge and PostgreSQL ${version}, on the regression suite`, function () {
      this.timeout(900_000);
      it('says nothing of what the server takes; what it says, the server says', async () => {
        const judge = await newJudge();
        const server = await startServer(version);
        const wrong: string[] = [];
        let right = 0;
        for (const { name, text } of regressionCorpus ?? []) {
          if (leftOut.test(name)) continue;
          const file = judgedFileOf(name, text);
          const verdicts = await judge.judge({ before: [], file, besideHistory: false, targetVersion: version });
          if (verdicts.size === 0) continue;
          const database = await server.freshDatabase();
          const session = await database.client();
          await session.query("SET statement_timeout = '5s'; SET lock_timeout = '2s'");
          for (const statement of file.statements) {
            const verdict = verdicts.get(statement);
            const { parsed } = statement;
            if (parsed.kind === 'tree' && 'CopyStmt' in parsed.node) continue;
            let said = 'accepted';
            let code = '';
            try {
              await session.query(statement.body);
            } catch (error) {
              said = (error as Error).message;
              code = (error as { code?: string }).code ?? '';
            }
            // refused for the data or the rights, which the judge does not have: it goes on with another schema
            if (/^(?:22|23|42501|55P04)/.test(code) && !verdict && parsed.kind === 'tree' && !isData(parsed.node))
              break;
            if (!verdict) continue;
            // older versions have other words for some of it
            if (verdict.message.includes(said) || (version < 18 && said !== 'accepted')) right++;
            else wrong.push(`${name}: ${verdict.message} Server: ${said} <- ${statement.body.slice(0, 200)}`);
          }
          await session.end();
          await database.drop();
        }
        judge.dispose();
        console.log(`      ${right} errors of the suite are told as the server tells them`);
        assert.deepEqual(wrong, []);
        assert.ok(right > (version === 18 ? 300 : 200), `only ${right}`);
      });
    });
