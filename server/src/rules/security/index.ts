/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import copyRunsProgram from './copyRunsProgram.ts';
import dynamicSqlByConcatenation from './dynamicSqlByConcatenation.ts';
import extensionInPublic from './extensionInPublic.ts';
import grantToPublic from './grantToPublic.ts';
import passwordInSql from './passwordInSql.ts';
import policyCallsFunctionPerRow from './policyCallsFunctionPerRow.ts';
import policyClauseNotPossible from './policyClauseNotPossible.ts';
import policyColumnWithoutIndex from './policyColumnWithoutIndex.ts';
import policyLetsEverybodyWrite from './policyLetsEverybodyWrite.ts';
import policyReadsItsOwnTable from './policyReadsItsOwnTable.ts';
import policyWithoutRowSecurity from './policyWithoutRowSecurity.ts';
import roleBypassesChecks from './roleBypassesChecks.ts';
import rowSecurityMissing from './rowSecurityMissing.ts';
import rowSecurityWithoutPolicy from './rowSecurityWithoutPolicy.ts';
import securityDefinerWithoutSearchPath from './securityDefinerWithoutSearchPath.ts';
import severalPermissivePolicies from './severalPermissivePolicies.ts';
import truncateBypassesRowSecurity from './truncateBypassesRowSecurity.ts';
import viewBypassesRowSecurity from './viewBypassesRowSecurity.ts';
import writePolicyWithoutSelect from './writePolicyWithoutSelect.ts';

export const securityRules: readonly Rule[] = [
  rowSecurityMissing,
  rowSecurityWithoutPolicy,
  policyWithoutRowSecurity,
  policyClauseNotPossible,
  policyLetsEverybodyWrite,
  policyReadsItsOwnTable,
  writePolicyWithoutSelect,
  policyCallsFunctionPerRow,
  policyColumnWithoutIndex,
  severalPermissivePolicies,
  viewBypassesRowSecurity,
  truncateBypassesRowSecurity,
  securityDefinerWithoutSearchPath,
  dynamicSqlByConcatenation,
  grantToPublic,
  passwordInSql,
  roleBypassesChecks,
  copyRunsProgram,
  extensionInPublic,
];
