/** A CREATE POLICY, with its table and the places where its parts are written. */
import type { CreatePolicyStmt, Node, RoleSpec } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Policy, PolicyCommand } from '../../catalog/objects.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { Session } from '../../catalog/session.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { RuleContext } from '../rule.ts';

type Places = Pick<RuleContext, 'tokens' | 'text'>;

export const commandOf = (stmt: CreatePolicyStmt): PolicyCommand => (stmt.cmd_name ?? 'all') as PolicyCommand;

/** The policy's name. */
export function policySpan({ tokens }: Places): Span {
  return tokens.span(tokens.findOutside(['policy']) + 1);
}

export function tableKey(stmt: CreatePolicyStmt, session: Session): string {
  return rangeVarKey(stmt.table, session.schema);
}

/** The table with this policy, at the end of the file; undefined where either is gone by then. */
export function tableWithPolicy(stmt: CreatePolicyStmt, after: SchemaReader, session: Session): Relation | undefined {
  const relation = after.relation(tableKey(stmt, session));
  return relation?.policies.some((p) => p.name === stmt.policy_name) ? relation : undefined;
}

/** `public` for everybody. */
export function rolesOf(roles: readonly Node[] | undefined): string[] {
  return (roles ?? []).flatMap((node) => ('RoleSpec' in node ? [roleName(node.RoleSpec)] : []));
}

export function roleName(role: RoleSpec): string {
  return role.roletype === 'ROLESPEC_PUBLIC' ? 'public' : (role.rolename ?? role.roletype ?? '');
}

export const appliesTo = (policy: Policy, command: PolicyCommand): boolean =>
  policy.command === 'all' || policy.command === command;

/** Whether some role may be under both: membership in roles is not known, so different names may still meet. */
export const sharesRole = (a: Policy, b: Policy): boolean =>
  a.roles.includes('public') || b.roles.includes('public') || a.roles.some((role) => b.roles.includes(role));

export const isTrue = (node: Node | null | undefined): boolean =>
  node !== null && node !== undefined && 'A_Const' in node && node.A_Const.boolval?.boolval === true;

/** As an author would write it: without the schema where it is the first of the search path. */
export const writtenTable = (stmt: CreatePolicyStmt): string =>
  `${stmt.table?.schemaname ? `${stmt.table.schemaname}.` : ''}${stmt.table?.relname ?? ''}`;
