/** Which databases the Prisma schemas of a project are for: nothing tells for which of them a query in its code is. */
import { parent } from '../../tools/paths.ts';
import type { Beside } from '../../tools/tool.ts';
import type { PrismaFile } from './prismaFile.ts';
import { settingOf } from './readSchema.ts';

export interface Datasource {
  readonly uri: string;
  /** Whether it is for a database whose SQL is not Postgres's. */
  readonly isOther: boolean;
}

const others = /^(?:mysql|sqlite|sqlserver|mongodb)$/;

export const isForOther = ({ blocks }: PrismaFile): boolean =>
  blocks.some((block) => block.kind === 'datasource' && others.test(settingOf(block, 'provider') ?? ''));

/** Under it {@link Beside} holds the datasources, where any is for another database. No file has such a URI. */
export const datasourcesKey = 'prisma:datasources';

export const datasourcesText = (datasources: readonly Datasource[]): string =>
  datasources.map(({ uri, isOther }) => `${isOther ? '-' : '+'}${uri}`).join('\n');

/** Whether a query in this file may be for another database: one of the schemas that are nearest to it is. */
export function mayBeForOther(uri: string, beside: Beside): boolean {
  const datasources = beside.get(datasourcesKey)?.split('\n');
  if (!datasources) return false;
  for (let folder = parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
    const below = datasources.filter((line) => line.startsWith(`${folder}/`, 1));
    if (below.length > 0) return below.some((line) => line.startsWith('-'));
  }
  return false;
}
