// Bundles the extension host code, the server, the command line, the workers and the panel into dist/.
// `--watch` rebuilds on change.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { embeddedPackages, embeddedPostgresFiles } from './embeddedPostgres.mjs';
import { notices } from './notices.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(root, 'server', 'package.json'));
const watch = process.argv.includes('--watch');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

/** Files that are read at run time beside the bundles. */
const assets = [
  ...['libpg-query', 'libpg-query-14', 'libpg-query-15', 'libpg-query-16', 'libpg-query-17'].map((name) => [
    require.resolve(`${name}/wasm/libpg-query.wasm`),
    `${name}.wasm`,
  ]),
  [join(dirname(require.resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm'), 'prisma-engine.wasm'],
  [await embeddedPostgresFiles(), 'pglite'],
];
for (const [from, to] of assets) cpSync(from, join(dist, to), { recursive: true });

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  sourcemap: true,
  minify: !watch,
  logLevel: 'warning',
  legalComments: 'none',
};
/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // `pg` asks for its optional native binding inside a try; it is not installed.
  external: ['vscode', 'pg-native'],
  // ESM packages find their files through import.meta.url, which CommonJS lacks.
  banner: { js: "var __importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__importMetaUrl' },
};
/** What the command line's entry loads are bundles of their own. @type {esbuild.Plugin} */
const separately = {
  name: 'separately',
  setup({ onResolve }) {
    const bundles = { './lsp.ts': './server.js', './commands.ts': './commands.js' };
    onResolve({ filter: /^\.\/(?:lsp|commands)\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: bundles[path], external: true } : undefined,
    );
  },
};
/** The plan panel; VS Code 1.95, the oldest we run in, carries Chromium 128. */
/** @type {esbuild.BuildOptions} */
const browser = { ...common, platform: 'browser', target: 'chrome128', format: 'iife' };

const builds = [
  { ...node, entryPoints: { extension: 'client/src/extension.ts' } },
  { ...browser, entryPoints: { 'panel/panel': 'client/panel/main.ts' } },
  { ...browser, entryPoints: { 'panel/panel': 'client/panel/panel.css' } },
  {
    ...node,
    entryPoints: {
      server: 'server/src/main/lsp.ts',
      'server-worker': 'server/src/main/worker.ts',
      cli: 'server/src/main/cli.ts',
      commands: 'server/src/main/commands.ts',
    },
    plugins: [separately],
  },
  {
    ...node,
    entryPoints: {
      'embedded-host': 'server/src/database/embedded/host.ts',
      'embedded-worker': 'server/src/database/embedded/worker.ts',
      'prisma-engine-worker': 'server/src/main/prismaEngineWorker.ts',
    },
  },
];

if (watch) {
  for (const options of builds) await (await esbuild.context(options)).watch();
  console.log('watching …');
} else {
  const built = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true })));
  const bundled = built.flatMap(({ metafile }) => Object.keys(metafile.inputs).map((file) => join(root, file)));
  const copied = [...assets.map(([from]) => from), ...embeddedPackages()];
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt'), notices([...bundled, ...copied]));
}
