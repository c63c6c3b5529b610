/** Folders that hold no migrations of the project itself, whatever lies in them. */
const skipped = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'target',
  'vendor',
  'venv',
  '__pycache__',
  'site-packages',
  'coverage',
]);

export const isSkippedFolder = (name: string): boolean => skipped.has(name) || name.startsWith('.');

/** Whether one of the folders between a workspace's folder and what lies in it is skipped. @param inside URI below `folder` */
export const liesInSkipped = (inside: string, folder: string): boolean =>
  inside.slice(folder.length).split('/').slice(0, -1).some(isSkippedFolder);
