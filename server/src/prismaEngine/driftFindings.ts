/** What the migrations do not make of a schema, as findings on its models and enums. */
import { relationKey } from '../catalog/catalog.ts';
import { joinTableName } from '../sources/prisma/joinTables.ts';
import type { Declared, Model, PrismaSchema } from '../sources/prisma/model.ts';
import type { DriftStep } from './steps.ts';

export interface DriftFinding {
  /** The model or enum, which may be typed in meanwhile; null: the schema as a whole. */
  readonly at: Pick<Declared, 'uri' | 'name'> | null;
  readonly severity: 'warning' | 'information';
  readonly message: string;
  readonly help: string;
}

/** Lines of SQL that the help shows; the preview of the migration has them all. */
const maxLines = 30;

export function driftFindings(steps: readonly DriftStep[], schema: PrismaSchema): DriftFinding[] {
  const places = placesOf(schema);
  const byPlace = new Map<Declared | null, DriftStep[]>();
  for (const step of steps) {
    const at = (step.about && places.get(`${step.about.kind} ${step.about.key}`)) ?? null;
    byPlace.set(at, [...(byPlace.get(at) ?? []), step]);
  }
  return [...byPlace].map(([at, own]) => ({
    at: at && { uri: at.uri, name: at.name },
    severity: own.some(({ differences }) => differences.some((d) => d.breaksQueries)) ? 'warning' : 'information',
    message: messageOf(at, own),
    help: helpOf(own),
  }));
}

/** Tables and types by kind and key: the model or enum that they come from. */
export function placesOf({ models, enums }: PrismaSchema): Map<string, Declared> {
  const places = new Map<string, Declared>();
  for (const model of models) {
    for (const name of joinTablesOf(model))
      places.set(`table ${relationKey(model.databaseSchema ?? 'public', name)}`, model);
  }
  for (const model of models) places.set(`table ${relationKey(model.databaseSchema ?? 'public', model.table)}`, model);
  for (const type of enums) places.set(`type ${relationKey(type.databaseSchema ?? 'public', type.type)}`, type);
  return places;
}

/** Names of the tables that Prisma makes of relations that are lists on both sides. */
const joinTablesOf = (model: Model): string[] =>
  model.fields.flatMap((field) =>
    field.kind === 'model' && field.arity === 'list' ? [joinTableName({ model, field })] : [],
  );

function messageOf(at: Declared | null, steps: readonly DriftStep[]): string {
  const differences = withoutRemade(steps.flatMap(({ differences }) => differences.map((d) => d.words)));
  const [first = ''] = differences;
  const rest = differences.length - 3;
  const told = `${differences.slice(0, 3).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
  if (!at) return `The migrations make another database than this schema: ${told}.`;
  const what = at.block.kind === 'enum' ? 'enum' : 'model';
  return differences.length === 1 && first.startsWith('there is no')
    ? `No migration makes the ${what === 'enum' ? 'type' : 'table'} of this ${what}.`
    : `The migrations do not make this ${what} as it stands here: ${told}.`;
}

/** An index that is dropped and created again is another than in the schema. */
function withoutRemade(differences: readonly string[]): string[] {
  const [gone, missing] = [' is not in the schema', ' is missing'];
  const names = (suffix: string): Set<string> =>
    new Set(differences.filter((d) => d.endsWith(suffix)).map((d) => nameIn(d)));
  const [dropped, created] = [names(gone), names(missing)];
  const remade = new Set([...dropped].filter((name) => name !== '' && created.has(name)));
  return [
    ...differences.filter((d) => !remade.has(nameIn(d))),
    ...[...remade].map((name) => `${name} is another than here`),
  ];
}

const nameIn = (difference: string): string => {
  const match = /(?:unique )?(index|column|constraint|foreign key) ("[^"]*")/.exec(difference);
  return match ? `${match[1]} ${match[2]}` : '';
};

function helpOf(steps: readonly DriftStep[]): string {
  const lines = steps.flatMap(({ sql }) => sql.split('\n'));
  const shown = lines.slice(0, maxLines).join('\n');
  return `The next migration that Prisma writes would hold:\n${shown}${lines.length > maxLines ? '\n…' : ''}`;
}
