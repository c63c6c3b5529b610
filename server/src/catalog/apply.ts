/** One statement's effect on the schema and the session: which applier knows it. */
import type { Node } from '@pgsql/types';
import { applyAlterTable } from './applyAlterTable.ts';
import { applyComment } from './applyComments.ts';
import { applyCreateForeignTable, applyCreateTable } from './applyCreateTable.ts';
import { applyDrop } from './applyDrop.ts';
import { applyCreateExtension } from './applyExtensions.ts';
import { applyAlterFunction, applyCreateAggregate, applyCreateFunction } from './applyFunctions.ts';
import { applyCreateIndex } from './applyIndexes.ts';
import { applyAlterPolicy, applyCreatePolicy } from './applyPolicies.ts';
import { applyRename, applySetSchema } from './applyRename.ts';
import { applyCreateSchema } from './applySchemas.ts';
import { applyAlterSequence, applyCreateSequence } from './applySequences.ts';
import { applySet, applySetConfig, applyTransaction } from './applySession.ts';
import { applyCreateRule, applyCreateTrigger } from './applyTriggers.ts';
import {
  applyAlterDomain,
  applyAlterEnum,
  applyCreateComposite,
  applyCreateDomain,
  applyCreateEnum,
  applyCreateRange,
  applyDefineType,
} from './applyTypes.ts';
import { applyCreateTableAs, applyCreateView, applySelectInto } from './applyViews.ts';
import type { SchemaWriter } from './schema.ts';

export function apply(schema: SchemaWriter, node: Node): void {
  if ('CreateStmt' in node) applyCreateTable(schema, node.CreateStmt);
  else if ('AlterTableStmt' in node) applyAlterTable(schema, node.AlterTableStmt);
  else if ('IndexStmt' in node) applyCreateIndex(schema, node.IndexStmt);
  else if ('CreateTableAsStmt' in node) applyCreateTableAs(schema, node.CreateTableAsStmt);
  else if ('SelectStmt' in node) {
    applySelectInto(schema, node.SelectStmt);
    applySetConfig(schema, node.SelectStmt);
  } else if ('ViewStmt' in node) applyCreateView(schema, node.ViewStmt);
  else if ('DropStmt' in node) applyDrop(schema, node.DropStmt);
  else if ('RenameStmt' in node) applyRename(schema, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) applySetSchema(schema, node.AlterObjectSchemaStmt);
  else if ('CreateFunctionStmt' in node) applyCreateFunction(schema, node.CreateFunctionStmt);
  else if ('AlterFunctionStmt' in node) applyAlterFunction(schema, node.AlterFunctionStmt);
  else if ('TransactionStmt' in node) applyTransaction(schema, node.TransactionStmt);
  else if ('VariableSetStmt' in node) applySet(schema, node.VariableSetStmt);
  else if ('CreatePolicyStmt' in node) applyCreatePolicy(schema, node.CreatePolicyStmt);
  else if ('AlterPolicyStmt' in node) applyAlterPolicy(schema, node.AlterPolicyStmt);
  else if ('CreateTrigStmt' in node) applyCreateTrigger(schema, node.CreateTrigStmt);
  else if ('RuleStmt' in node) applyCreateRule(schema, node.RuleStmt);
  else if ('CreateEnumStmt' in node) applyCreateEnum(schema, node.CreateEnumStmt);
  else if ('AlterEnumStmt' in node) applyAlterEnum(schema, node.AlterEnumStmt);
  else if ('CreateDomainStmt' in node) applyCreateDomain(schema, node.CreateDomainStmt);
  else if ('AlterDomainStmt' in node) applyAlterDomain(schema, node.AlterDomainStmt);
  else if ('CompositeTypeStmt' in node) applyCreateComposite(schema, node.CompositeTypeStmt);
  else if ('CreateRangeStmt' in node) applyCreateRange(schema, node.CreateRangeStmt);
  else if ('DefineStmt' in node) {
    if (node.DefineStmt.kind === 'OBJECT_AGGREGATE') applyCreateAggregate(schema, node.DefineStmt);
    else if (node.DefineStmt.kind === 'OBJECT_TYPE') applyDefineType(schema, node.DefineStmt);
  } else if ('CreateExtensionStmt' in node) applyCreateExtension(schema, node.CreateExtensionStmt);
  else if ('CreateSchemaStmt' in node)
    applyCreateSchema(schema, node.CreateSchemaStmt, (inner) => apply(schema, inner));
  else if ('CreateSeqStmt' in node) applyCreateSequence(schema, node.CreateSeqStmt);
  else if ('AlterSeqStmt' in node) applyAlterSequence(schema, node.AlterSeqStmt);
  else if ('CommentStmt' in node) applyComment(schema, node.CommentStmt);
  else if ('CreateForeignTableStmt' in node) applyCreateForeignTable(schema, node.CreateForeignTableStmt);
}
