// The commands of a PL/pgSQL body as a tree, and which RETURNs and ends can be reached.
import assert from 'node:assert/strict';
import { readPlpgsqlBody } from '../../server/src/syntax/bodies/plpgsql/blocks.ts';
import { type Command, commandsOf, everyCommand } from '../../server/src/syntax/bodies/plpgsql/commands.ts';
import { type Assume, flowOf } from '../../server/src/syntax/bodies/plpgsql/flow.ts';
import { parser } from '../harness/parser.ts';

const blockOf = (text: string) => commandsOf(text, readPlpgsqlBody(text, parser));

/** One word a command, with what it holds in brackets. */
function drawn(commands: readonly Command[]): string {
  return commands.map(drawnOne).join(' ');
}

function drawnOne(command: Command): string {
  switch (command.kind) {
    case 'block':
      return `[${drawn(command.commands)}${command.handlers.map((h) => ` !${h.conditions}: ${drawn(h.commands)}`).join('')}]`;
    case 'if':
    case 'case': {
      const branches = command.branches.map((b) => drawn(b.commands));
      if (command.otherwise) branches.push(drawn(command.otherwise));
      return `${command.kind}(${branches.join(' | ')})`;
    }
    case 'loop':
      return `${command.endless ? 'loop' : 'for'}(${drawn(command.commands)})`;
    case 'return':
      return `return:${command.value || '-'}`;
    case 'assign':
      return `${command.target.join('.')}:=`;
    case 'other':
      return command.word;
    default:
      return command.kind;
  }
}

describe('PL/pgSQL commands', () => {
  const bodies: [string, string][] = [
    ['BEGIN RETURN 1; END', '[return:1]'],
    ['BEGIN NEW.a := 1; NEW.b[2] = 3; "New" := 1; RETURN; END;', '[new.a:= new.b:= New:= return:-]'],
    [
      "DECLARE a int := 1; b CURSOR FOR SELECT 1; BEGIN IF a > 0 THEN RETURN 1; ELSIF a = 0 THEN NULL; ELSE RAISE NOTICE 'a'; END IF; END",
      '[if(return:1 | null | raise)]',
    ],
    ['BEGIN CASE a WHEN 1, 2 THEN EXIT; ELSE NULL; END CASE; END', '[case(exit | null)]'],
    ['BEGIN CASE WHEN (CASE WHEN a THEN b END) THEN CONTINUE; END CASE; END', '[case(continue)]'],
    [
      '<<outer>> BEGIN FOR i IN 1..10 LOOP PERFORM 1; END LOOP; WHILE true LOOP EXIT outer; END LOOP; <<l>> LOOP EXIT l WHEN a; END LOOP l; END outer',
      '[for(perform) for(exit) loop(exit)]',
    ],
    [
      "BEGIN BEGIN COMMIT; EXCEPTION WHEN unique_violation OR SQLSTATE '22012' THEN ROLLBACK; WHEN OTHERS THEN NULL; END; EXECUTE 'x' INTO a USING 1; END",
      "[[commit !unique_violation or sqlstate '22012': rollback !others: null] execute]",
    ],
    [
      '#variable_conflict use_column\nBEGIN SELECT 1 INTO a; RETURN QUERY SELECT 2; RETURN NEXT 3; END',
      '[select return return]',
    ],
    [
      'BEGIN CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END; NULL; END',
      '[create null]',
    ],
  ];
  for (const [text, expected] of bodies)
    it(text, () => {
      const block = blockOf(text);
      assert.equal(block && drawn([block]), expected);
      for (const command of everyCommand(block ? [block] : []))
        assert.match(text.slice(command.start, command.end), /^(?:<<|#|[\w"])[\s\S]*[^;\s]$/);
    });

  it('a body with a mistake has none', () => {
    assert.equal(blockOf('BEGIN IF a THEN NULL; END'), null);
    assert.equal(blockOf('BEGIN SELECT FROM WHERE; END'), null);
  });
});

describe('PL/pgSQL flow', () => {
  /** The values of RETURNs that may be reached, and `end` where the end may be. Conditions named t hold, those named f do not. */
  const reached = (text: string): string => {
    const assume: Assume = (node) => {
      const name = JSON.stringify(node ?? '').match(/"sval":"([tf])"/)?.[1];
      return name === undefined ? null : name === 't';
    };
    const { returns, falls } = flowOf([blockOf(text) as Command], assume);
    return [...returns.map((r) => r.value), ...(falls ? ['end'] : [])].join(' ');
  };
  const flows: [string, string][] = [
    ['BEGIN NULL; END', 'end'],
    ['BEGIN RETURN 1; RETURN 2; END', '1'],
    ['BEGIN IF a THEN RETURN 1; END IF; RETURN 2; END', '1 2'],
    ['BEGIN IF t THEN RETURN 1; END IF; RETURN 2; END', '1'],
    ['BEGIN IF f THEN RETURN 1; END IF; RETURN 2; END', '2'],
    ['BEGIN IF f THEN RETURN 1; ELSIF a THEN RETURN 2; ELSE RETURN 3; END IF; END', '2 3'],
    ['BEGIN IF a THEN RETURN 1; ELSIF b THEN RETURN 2; END IF; END', '1 2 end'],
    ['BEGIN CASE WHEN a THEN RETURN 1; END CASE; END', '1'],
    ["BEGIN RAISE EXCEPTION 'no'; END", ''],
    ["BEGIN RAISE WARNING 'no'; END", 'end'],
    ["BEGIN RAISE 'no'; EXCEPTION WHEN OTHERS THEN RETURN 1; END", '1'],
    ["BEGIN RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END", 'end'],
    ['BEGIN LOOP NULL; END LOOP; END', ''],
    ['BEGIN LOOP RETURN 1; END LOOP; END', '1'],
    ['BEGIN LOOP EXIT WHEN a; END LOOP; END', 'end'],
    ['BEGIN LOOP IF a THEN EXIT; END IF; END LOOP; RETURN 1; END', '1'],
    ['<<b>> BEGIN LOOP EXIT b; END LOOP; RETURN 1; END', '1 end'],
    ['BEGIN LOOP BEGIN EXIT; END; END LOOP; RETURN 1; END', '1'],
    ['BEGIN WHILE a LOOP RETURN 1; END LOOP; RETURN 2; END', '1 2'],
    ['BEGIN FOR i IN 1..2 LOOP CONTINUE; RETURN 1; END LOOP; RETURN 2; END', '2'],
  ];
  for (const [text, expected] of flows) it(text, () => assert.equal(reached(text), expected));
});
