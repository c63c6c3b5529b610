/** CREATE POLICY, ALTER POLICY. */
import type { AlterPolicyStmt, CreatePolicyStmt, Node } from '@pgsql/types';
import { withoutPositions } from './expressions.ts';
import { rangeVarKey } from './names.ts';
import type { Policy, PolicyCommand } from './objects.ts';
import { policyColumns } from './policyColumns.ts';
import { change, withDependent, withoutDependent } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreatePolicy(schema: SchemaWriter, stmt: CreatePolicyStmt): void {
  putPolicy(schema, rangeVarKey(stmt.table, schema.session.schema), {
    name: stmt.policy_name ?? '',
    command: (stmt.cmd_name ?? 'all') as PolicyCommand,
    permissive: stmt.permissive ?? false,
    roles: rolesOf(stmt.roles),
    using: stmt.qual ? withoutPositions(stmt.qual) : null,
    check: stmt.with_check ? withoutPositions(stmt.with_check) : null,
  });
}

export function applyAlterPolicy(schema: SchemaWriter, stmt: AlterPolicyStmt): void {
  const key = rangeVarKey(stmt.table, schema.session.schema);
  const policy = schema.relation(key)?.policies.find((p) => p.name === stmt.policy_name);
  if (!policy) return;
  putPolicy(schema, key, {
    ...policy,
    roles: stmt.roles ? rolesOf(stmt.roles) : policy.roles,
    using: stmt.qual ? withoutPositions(stmt.qual) : policy.using,
    check: stmt.with_check ? withoutPositions(stmt.with_check) : policy.check,
  });
}

export function renamePolicy(schema: SchemaWriter, key: string, from: string, to: string): void {
  const policy = schema.relation(key)?.policies.find((p) => p.name === from);
  if (!policy) return;
  removePolicy(schema, key, from);
  putPolicy(schema, key, { ...policy, name: to });
}

export function removePolicy(schema: SchemaWriter, key: string, name: string): void {
  change(schema, key, (t) =>
    withoutDependent({ ...t, policies: t.policies.filter((p) => p.name !== name) }, 'policy', name),
  );
}

function putPolicy(schema: SchemaWriter, key: string, policy: Policy): void {
  change(schema, key, (t) => {
    const known = new Set(t.columns.map((c) => c.name));
    const used = [policy.using, policy.check].flatMap((condition) => policyColumns(condition, t, schema));
    return withDependent(
      { ...t, policies: [...t.policies.filter((p) => p.name !== policy.name), policy] },
      {
        kind: 'policy',
        name: policy.name,
        columns: [...new Set(t.complete ? used.filter((c) => known.has(c)) : used)],
      },
    );
  });
}

function rolesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => {
    if (!('RoleSpec' in node)) return [];
    switch (node.RoleSpec.roletype) {
      case 'ROLESPEC_PUBLIC':
        return ['public'];
      case 'ROLESPEC_CSTRING':
        return [node.RoleSpec.rolename ?? ''];
      case 'ROLESPEC_CURRENT_USER':
        return ['current_user'];
      case 'ROLESPEC_SESSION_USER':
        return ['session_user'];
      default:
        return ['current_role'];
    }
  });
}
