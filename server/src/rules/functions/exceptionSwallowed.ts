import { type Command, everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'exception-swallowed',
  family: 'functions',
  severity: 'information',
  docs: {
    summary: 'EXCEPTION WHEN OTHERS THEN NULL: every error is thrown away.',
    why: 'OTHERS is every error but a cancelled query and a failed ASSERT: a full disk, a deadlock, a misspelt column. What the block did until then is undone, nothing is logged, and the caller goes on as if it had worked.',
    fine: 'What the block does is not worth knowing about.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-ERROR-TRAPPING',
  },
  examples: [
    {
      schema: 'CREATE TABLE log (note text NOT NULL);',
      unsafe:
        'CREATE FUNCTION note_it(note text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (note_it.note);\nEXCEPTION WHEN OTHERS THEN\n  NULL;\nEND\n$$;',
      safe: "CREATE FUNCTION note_it(note text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (note_it.note);\nEXCEPTION WHEN OTHERS THEN\n  RAISE WARNING '%', SQLERRM;\nEND\n$$;",
    },
  ],
  check: {
    CreateFunctionStmt(_, context) {
      inspect(context);
    },
    DoStmt(_, context) {
      inspect(context);
    },
  },
});

function inspect(context: RuleContext): void {
  const { program } = context.routines;
  if (!program) return;
  for (const block of everyCommand(program.commands)) {
    if (block.kind !== 'block') continue;
    for (const handler of block.handlers) {
      if (!/(?:^|\s)others$/.test(handler.conditions) || handler.commands.some((c) => !isNull(c))) continue;
      const [only, more] = handler.commands;
      const edit = only && !more ? program.edit(only, "RAISE WARNING '%', SQLERRM") : null;
      const fixes: Fix[] = edit ? [{ title: 'Raise the error as a warning', edits: [edit], safe: false }] : [];
      context.report(
        program.span(handler),
        'Every error of this block is thrown away, also those that nobody thought of.',
        'Name the errors that are expected (WHEN unique_violation THEN …), or RAISE WARNING with SQLERRM so that somebody sees it.',
        fixes,
      );
    }
  }
}

const isNull = (command: Command): boolean => command.kind === 'other' && command.word === 'null';
