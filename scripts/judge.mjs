// `npm run judge -- FOLDER… [--seed N] [--count N] [--all] [--write]`: draws findings in real projects' migrations, and shows what
// their statements do on a real Postgres 18. `--write` puts the sample into docs/judged-findings.md, with the verdicts of
// test/judging/verdicts.json.
import { environment, node24, run } from './process.mjs';
import { setup } from './setup.mjs';

setup()
  .then(() =>
    run(node24(), ['test/judging/main.ts', ...process.argv.slice(2)], {
      env: environment({ PGREVIEW_TEST_VERSIONS: '18' }),
    }),
  )
  .then(
    (code) => process.exit(code),
    (error) => {
      console.error(`pgreview: ${error.message}`);
      process.exit(1);
    },
  );
