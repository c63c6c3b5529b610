import { tableOf } from './databaseTable.ts';
import { defineModelRule } from './modelRule.ts';

/** So many tables with row-level security, and at least half of all, show that it is the rule here. */
const enoughSiblings = 2;

export default defineModelRule({
  id: 'model-without-row-security',
  severity: 'warning',
  docs: {
    summary: 'A new model, where the migrations have switched row-level security on for most tables.',
    why: 'Prisma’s language knows no row-level security: the table of a new model has none, and is open to every role that holds the privilege. Nothing warns of it.',
    fine: 'All roles may see all rows of it, or no other role holds a privilege on it.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      before:
        'model Note {\n  id    BigInt @id\n  owner String\n}\n\nmodel File {\n  id    BigInt @id\n  owner String\n}',
      migrations:
        'ALTER TABLE "Note" ENABLE ROW LEVEL SECURITY;\nALTER TABLE "File" ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON "Note" USING (owner = current_user);\nCREATE POLICY own ON "File" USING (owner = current_user);',
      unsafe:
        'model Note {\n  id    BigInt @id\n  owner String\n}\n\nmodel File {\n  id    BigInt @id\n  owner String\n}\n\nmodel Invoice {\n  id    BigInt @id\n  owner String\n}',
      safe: 'model Note {\n  id    BigInt @id\n  owner String\n}\n\nmodel File {\n  id    BigInt @id\n  owner String\n}\n\nmodel Invoice {\n  id    BigInt @id\n  owner String\n}',
      safeMigrations:
        'CREATE TABLE "Invoice" ("id" BIGINT NOT NULL PRIMARY KEY, "owner" TEXT NOT NULL);\nALTER TABLE "Invoice" ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON "Invoice" USING (owner = current_user);',
    },
  ],
  model(model, context) {
    const { history } = context;
    if (!history || model.isView || model.inDoubt || tableOf(model, history)) return;
    const namespace = model.databaseSchema ?? 'public';
    const siblings = context.schema.models.flatMap((other) => {
      const table = tableOf(other, history);
      return table?.schema === namespace && table.kind === 'table' ? [table] : [];
    });
    const secured = siblings.filter(({ rowSecurity }) => rowSecurity.enabled).length;
    // a DO block may go over all tables
    if (history.doubts('policies')) return;
    if (secured < enoughSiblings || secured * 2 < siblings.length) return;
    context.report(
      model,
      model.block.name ?? { start: model.block.head, end: model.block.close },
      `The table of this model will have no row-level security, while ${secured} of ${siblings.length} others have it: its rows are open to every role that holds the privilege.`,
      'Add ALTER TABLE … ENABLE ROW LEVEL SECURITY and the policies to the migration that creates it.',
    );
  },
});
