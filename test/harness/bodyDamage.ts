/** Sound function bodies with one mistake each: every token is left out once and written twice once. */
import { readFileSync } from 'node:fs';
import { bodiesOf } from '../../server/src/syntax/bodies/body.ts';
import { verdictOn } from '../../server/src/syntax/bodies/verdict.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { Tokens } from '../../server/src/syntax/tokens.ts';
import { withoutMarks } from './bodyFixture.ts';
import { parser } from './parser.ts';

export interface Damaged {
  readonly statement: Statement;
  /** Of the mistake, in the statement's text. */
  readonly offset: number;
}

/** @param fixture name of a file of the bodies' fixtures; its bodies with mistakes of their own are left out */
export function* damagedBodies(fixture: string): Generator<Damaged> {
  const file = readFileSync(new URL(`../fixtures/bodies/${fixture}`, import.meta.url), 'utf8');
  for (const statement of SqlText.of(withoutMarks(file), parser).statements)
    for (const body of bodiesOf(statement)) {
      if (body.language !== 'plpgsql' || verdictOn(body, statement, parser).kind !== 'accepted') continue;
      const before = `${statement.text.slice(statement.bodyStart, body.start)}$b$`;
      const after = `$b$${statement.text.slice(body.end, statement.bodyEnd)}`;
      const { text } = body;
      for (const { start, end } of new Tokens(text, 0, text.length).all)
        for (const damaged of [text.slice(0, start) + text.slice(end), `${text.slice(0, end)} ${text.slice(start)}`]) {
          const result = SqlText.of(before + damaged + after, parser).statements[0];
          // half a dollar quote may end the body early
          if (result && bodiesOf(result)[0]?.text === damaged)
            yield { statement: result, offset: before.length + start };
        }
    }
}
