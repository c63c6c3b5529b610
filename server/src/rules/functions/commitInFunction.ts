import type { CreateFunctionStmt } from '@pgsql/types';
import type { Command } from '../../syntax/bodies/plpgsql/commands.ts';
import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { defineRule } from '../rule.ts';
import { option } from './functionOptions.ts';

export default defineRule({
  id: 'commit-in-function',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'COMMIT or ROLLBACK in PL/pgSQL where no transaction can end.',
    why: 'A function runs inside of the statement that calls it, so its COMMIT is refused when it is reached (2D000, "invalid transaction termination"). A procedure may commit when CALL runs it by itself, but not if it is SECURITY DEFINER or has a SET clause, and not inside a block that has an EXCEPTION part.',
    fine: 'The statement is never reached.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-transactions.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY);',
      unsafe:
        'CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM items WHERE id < 10;\n  COMMIT;\nEND\n$$;',
      safe: 'CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM items WHERE id < 10;\n  COMMIT;\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY);',
      unsafe:
        "CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM items WHERE id < 10;\n  COMMIT;\nEXCEPTION WHEN foreign_key_violation THEN\n  RAISE NOTICE 'still in use';\nEND\n$$;",
      safe: "CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$\nBEGIN\n  BEGIN\n    DELETE FROM items WHERE id < 10;\n  EXCEPTION WHEN foreign_key_violation THEN\n    RAISE NOTICE 'still in use';\n  END;\n  COMMIT;\nEND\n$$;",
    },
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY);',
      unsafe:
        'CREATE PROCEDURE purge() LANGUAGE plpgsql SECURITY DEFINER AS $$\nBEGIN\n  DELETE FROM public.items WHERE id < 10;\n  COMMIT;\nEND\n$$;',
      safe: 'CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM public.items WHERE id < 10;\n  COMMIT;\nEND\n$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      const { program } = context.routines;
      if (!program) return;
      const always = reasonFor(stmt);
      const report = (command: Command, why: string) => {
        const word = command.kind.toUpperCase();
        context.report(
          program.span(command),
          `${word} fails when it is reached: ${why}.`,
          stmt.is_procedure
            ? 'Move it out of the block with EXCEPTION; leave SECURITY DEFINER and SET away, and use SET inside of the body.'
            : 'Make it a procedure and CALL it outside of a transaction, or leave the end of the transaction to the caller.',
        );
      };
      if (always) {
        for (const command of everyCommand(program.commands)) if (endsTransaction(command)) report(command, always);
        return;
      }
      for (const block of everyCommand(program.commands)) {
        if (block.kind !== 'block' || block.handlers.length === 0) continue;
        for (const command of everyCommand(block.commands))
          if (endsTransaction(command)) report(command, 'a block with EXCEPTION is a subtransaction');
      }
    },
  },
});

const endsTransaction = (command: Command): boolean => command.kind === 'commit' || command.kind === 'rollback';

function reasonFor(stmt: CreateFunctionStmt): string | null {
  if (!stmt.is_procedure) return 'a function runs inside of the statement that calls it';
  const definer = option(stmt, 'security')?.arg;
  if (definer && 'Boolean' in definer && definer.Boolean.boolval) return 'the procedure is SECURITY DEFINER';
  return option(stmt, 'set') ? 'the procedure has a SET clause' : null;
}
