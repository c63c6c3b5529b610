import assert from 'node:assert/strict';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { type CorpusFile, ownCorpus, randomNumbers, regressionCorpus } from '../harness/corpus.ts';
import { damageOf, indented, type Kind, kinds, lostBy, onOneLine } from '../harness/damage.ts';
import { parser } from '../harness/parser.ts';

type Layout = 'as written' | 'indented' | 'one line';
const layouts: Readonly<Record<Layout, (text: string) => string>> = {
  'as written': (text) => text,
  indented,
  'one line': (text) => onOneLine(SqlText.of(text, parser)),
};

interface Tally {
  damages: number;
  others: number;
  lost: number;
}

/** PGREVIEW_DAMAGE_SHOW: each damage that costs so many other statements is printed. */
const show = Number(process.env.PGREVIEW_DAMAGE_SHOW ?? Infinity);

/** Damages that many statements of each file, one at a time. */
function damageAll(corpus: readonly CorpusFile[], layout: Layout, perFile: number): Map<Kind, Tally> {
  const random = randomNumbers(7);
  const tallies = new Map<Kind, Tally>(kinds.map((kind) => [kind, { damages: 0, others: 0, lost: 0 }]));
  for (const file of corpus) {
    const text = layouts[layout](file.text);
    const sql = SqlText.of(text, parser);
    const valid = sql.statements.flatMap((s, i) => (s.parsed.kind === 'tree' ? [i] : []));
    if (valid.length < 2) continue;
    for (const [kind, tally] of tallies) {
      for (let n = 0, tries = 0; n < perFile && tries < perFile * 40; tries++) {
        const i = valid[Math.floor(random() * valid.length)] as number;
        const damage = damageOf(kind, sql.statements[i]!, random);
        if (!damage) continue;
        n++;
        tally.damages++;
        tally.others += valid.length - 1;
        const lost = lostBy(damage, i, text, sql, parser);
        tally.lost += lost;
        if (lost >= show)
          console.log(
            `${kind} | ${layout} | ${file.name} | lost ${lost} of ${valid.length - 1} | at ${i} ${JSON.stringify(damage)}`,
          );
      }
    }
  }
  return tallies;
}

const kept = ({ others, lost }: Tally): number => (others === 0 ? 1 : 1 - lost / others);

function print(name: string, layout: Layout, tallies: Map<Kind, Tally>): void {
  console.log(`      ${name}, ${layout}: other statements that keep their text and tree`);
  for (const [kind, tally] of tallies)
    console.log(
      `        ${kind.padEnd(16)} ${(100 * kept(tally)).toFixed(2).padStart(6)} %  ` +
        `${tally.damages} damages, ${(tally.lost / tally.damages || 0).toFixed(2)} lost by each`,
    );
}

describe('A damaged statement', function () {
  this.timeout(20 * 60_000);
  for (const layout of Object.keys(layouts) as Layout[]) {
    it(`leaves the others as they are: our own SQL, ${layout}`, () => {
      const tallies = damageAll(ownCorpus, layout, 6);
      print('our own SQL', layout, tallies);
      // small files: one lost statement of ten weighs as much as thirty in a file of the regression suite
      for (const [kind, tally] of tallies) assert.ok(kept(tally) >= 0.97, `${kind}: ${kept(tally)}`);
    });
    if (!regressionCorpus) continue;
    it(`leaves 98.5 % of the others as they are: PostgreSQL's regression suite, ${layout}`, () => {
      const tallies = damageAll(regressionCorpus!, layout, Number(process.env.PGREVIEW_DAMAGES ?? 4));
      print('regression suite', layout, tallies);
      for (const [kind, tally] of tallies) assert.ok(kept(tally) >= 0.985, `${kind}: ${kept(tally)}`);
    });
  }
});
