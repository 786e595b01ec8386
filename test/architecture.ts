import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** The rooms, in the order a data point walks through them. A room imports only rooms above it. */
export const rooms = [
  'platform',
  'access',
  'events',
  'notifications',
  'resources',
  'usage',
  'costs',
  'feedback',
  'collection',
  'forecasting',
  'gpu-costs',
  'capacity',
  'budgets',
  'scenarios',
  'recommendations',
  'alerts',
  'reports',
  'observability',
  'series-files',
  'cli',
] as const;

/** Files of `src` itself put the rooms together: below every room that they join, above the command line. */
const composition = 'src';

/** Folders whose every entry is a plug-in, registered in the folder's `index.ts`. */
const pluginFolders = ['src/collection/collectors', 'src/notifications/channels', 'src/alerts/conditions', 'forecasts/models'];

/** Names that say nothing of what is inside. */
const emptyNames = ['utils', 'helpers', 'common', 'shared', 'types'];

interface Import {
  from: string;
  specifier: string;
  /** The imported file, relative to the root; null for a package. */
  to: string | null;
}

/**
 * Every breach of the architecture in a source tree, one sentence each, sorted.
 *
 * @param root a folder with `src`, `forecasts` and `migrations`, any of which may be missing
 */
export function violations(root: string): string[] {
  const files = ['src', 'forecasts', 'migrations'].flatMap((folder) => sourceFiles(root, folder));
  const imports = files.flatMap((file) => importsOf(root, file));
  return [
    ...imports.flatMap((one) => roomViolation(one) ?? []),
    ...imports.flatMap((one) => purityViolation(one) ?? []),
    ...cycles(imports),
    ...unregisteredPlugins(root),
    ...emptyFolderNames(files),
  ].toSorted();
}

function sourceFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(root: string, from: string): Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, from), 'utf8'), true, true);
  return importedFiles.map(({ fileName: specifier }) => {
    const isRelative = specifier.startsWith('.');
    const to = isRelative ? join(dirname(from), specifier).split(sep).join('/').replace(/\.js$/, '.ts') : null;
    return { from, specifier, to };
  });
}

function roomOf(file: string): string | null {
  const [top, room, ...rest] = file.split('/');
  if (top !== 'src') return null;
  return rest.length === 0 ? composition : room!;
}

function roomViolation({ from, to }: Import): string | null {
  if (to === null) return null;
  const importing = roomOf(from);
  const imported = roomOf(to);
  if (imported === null) {
    if (to.startsWith('forecasts/') && importing !== null && to !== 'forecasts/index.ts') {
      return `${from} enters forecasts/ by ${to}, and its door is forecasts/index.ts`;
    }
    return null;
  }
  if (importing === null) return `${from} imports ${to}: what is outside src/ knows no room`;
  if (importing === imported) return null;
  if (importing === composition) return enters(from, to, imported);
  if (imported === composition) return importing === 'cli' ? null : `${from} imports ${to}, which puts the rooms together`;
  const order = rooms as readonly string[];
  if (!order.includes(importing)) return `${from} is in a room that is not in the list`;
  if (order.indexOf(imported) > order.indexOf(importing) || !order.includes(imported)) {
    return `${from} imports ${to}: ${imported} is not above ${importing}`;
  }
  return enters(from, to, imported);
}

function enters(from: string, to: string, room: string): string | null {
  return to === `src/${room}/index.ts` || room === composition ? null : `${from} enters ${room} by ${to}, and its door is src/${room}/index.ts`;
}

/** What the engine's specs hold it against: R's answers, which they read from files. */
const referenceValues = 'test/support/reference-values.ts';

/** The engine is arithmetic: no framework, no database, no clock, no I/O. */
function purityViolation({ from, specifier, to }: Import): string | null {
  if (!from.startsWith('forecasts/')) return null;
  const isSpec = from.endsWith('.spec.ts');
  if (to !== null) {
    const isAllowed = to.startsWith('forecasts/') || (isSpec && to === referenceValues);
    return isAllowed ? null : `${from} imports ${to}: the engine imports nothing of the application`;
  }
  const isAllowed = specifier === 'simple-statistics' || (isSpec && ['fast-check', 'node:fs'].includes(specifier));
  return isAllowed ? null : `${from} imports ${specifier}: the engine imports nothing but simple-statistics`;
}

/** Each cycle once, from its first file in the alphabet. */
function cycles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) graph.set(from, [...(graph.get(from) ?? []), to]);
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const cycle = path.slice(at);
      const first = cycle.indexOf(cycle.toSorted()[0]!);
      found.add(`import cycle: ${[...cycle.slice(first), ...cycle.slice(0, first), cycle[first]!].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return [...found];
}

function unregisteredPlugins(root: string): string[] {
  return pluginFolders.flatMap((folder) => {
    const index = join(root, folder, 'index.ts');
    if (!existsSync(index)) return [];
    const registered = importsOf(root, `${folder}/index.ts`).flatMap(({ to }) => to ?? []);
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || (/\.ts$/.test(entry.name) && !/\.spec\.ts$|^index\.ts$/.test(entry.name)))
      .map((entry) => `${folder}/${entry.name}`)
      .filter((plugin) => !registered.some((to) => to === plugin || to.startsWith(`${plugin}/`)))
      .map((plugin) => `${plugin} is not registered in ${folder}/index.ts`);
  });
}

function emptyFolderNames(files: readonly string[]): string[] {
  const folders = new Set(files.flatMap((file) => file.split('/').slice(0, -1).map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))));
  return [...folders]
    .filter((folder) => emptyNames.includes(folder.split('/').at(-1)!))
    .map((folder) => `${folder}: a folder is named for what is in it, and "${folder.split('/').at(-1)}" says nothing`);
}
