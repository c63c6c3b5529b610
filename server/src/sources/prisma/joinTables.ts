/** The tables that Prisma makes by itself of relations that are lists on both sides. */
import type { Model, ModelField, PrismaSchema } from './model.ts';
import { argumentOf, attributeOf, stringOf } from './syntax.ts';

export interface JoinSide {
  readonly model: Model;
  readonly field: ModelField;
}

export interface JoinTable {
  /** What Postgres calls it. */
  readonly table: string;
  readonly databaseSchema: string | null;
  /** Whether the schema names the relation: otherwise its name is that of both models. */
  readonly isNamed: boolean;
  /**
   * The sides whose model column `A` and column `B` refer to: by the models' names in their order, or of one model by the
   * fields' names.
   */
  readonly sides: readonly [a: JoinSide, b: JoinSide];
}

export function joinTablesOf({ models }: PrismaSchema): JoinTable[] {
  const lists = models.flatMap((model) => model.fields.filter(isList).map((field) => ({ model, field })));
  return lists.flatMap((side, i) => {
    const other = lists.find((found, j) => j > i && areOpposite(side, found));
    if (!other) return [];
    const isFirst = orderOf(side, other) < 0;
    return [
      {
        table: joinTableName(side),
        databaseSchema: side.model.databaseSchema,
        isNamed: relationName(side.field) !== null,
        sides: isFirst ? [side, other] : [other, side],
      },
    ];
  });
}

const isList = ({ kind, arity }: ModelField): boolean => kind === 'model' && arity === 'list';

const areOpposite = (a: JoinSide, b: JoinSide): boolean =>
  a.field.type === b.model.name && b.field.type === a.model.name && relationName(a.field) === relationName(b.field);

/** Below zero where the first one's model has the column `A`. */
function orderOf(a: JoinSide, b: JoinSide): number {
  const [first, second] = a.model === b.model ? [a.field.name, b.field.name] : [a.model.name, b.model.name];
  return first < second ? -1 : 1;
}

/** As the table of a list of models is called, if the other side is a list as well. */
export function joinTableName({ model, field }: JoinSide): string {
  return `_${relationName(field) ?? [model.name, field.type].sort().join('To')}`;
}

function relationName({ member }: ModelField): string | null {
  const relation = attributeOf(member, 'relation');
  return relation ? stringOf(argumentOf(relation, 'name', true)) : null;
}
