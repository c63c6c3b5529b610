/** The enum type that an ALTER TYPE is about, where the files tell its values. */
import type { AlterEnumStmt } from '@pgsql/types';
import { nameParts, nodesKey } from '../../catalog/names.ts';
import type { UserType } from '../../catalog/objects.ts';
import type { RuleContext } from '../rule.ts';

export interface AlteredEnum {
  readonly name: string;
  readonly type: Extract<UserType, { kind: 'enum' }>;
}

export function alteredEnum(names: AlterEnumStmt['typeName'], context: RuleContext): AlteredEnum | null {
  const type = context.before.type(nodesKey(names, context.before.session.schema));
  return type?.kind === 'enum' ? { name: nameParts(names).join('.'), type } : null;
}
