// Compiles what has changed since the last build; does nothing, and takes no time, when nothing has.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, 'dist');
const stamp = join(output, '.built');
const lock = join(output, '.building');
const folders = ['src', 'forecasts', 'migrations', 'test', 'bench'];
const sources = [...folders, 'tsconfig.json', 'nest-cli.json', 'package-lock.json'].map((name) => join(root, name));

const oldestNode = 24;

/** Makes `dist` what the sources say. Two processes that start together take turns. */
export async function build() {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    process.stderr.write(
      `headroom: needs Node.js ${oldestNode} or newer, got ${process.versions.node}: "npm ci" installs it for "npm start" and "npm run"\n`,
    );
    process.exit(1);
  }
  // An installed copy, such as the container's, has the compiled files only.
  if (!existsSync(join(root, 'src')) || isBuilt()) return;
  mkdirSync(output, { recursive: true });
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    if (!isBuilt()) compile();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isBuilt() {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  return sources.every((path) => newest(path) < builtAt);
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time tells of files that are gone.
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stats.mtimeMs);
}

function compile() {
  process.stderr.write('• Compiling what has changed\n');
  const startedAt = new Date();
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    rmSync(lock, { force: true });
    process.exit(status ?? 1);
  }
  removeOrphans();
  // What is saved while it compiles is newer than this stamp, and compiled next time.
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

/** Compiled files whose source is gone would go on being run as tests. */
function removeOrphans() {
  for (const folder of folders) {
    const compiled = join(output, folder);
    if (!existsSync(compiled)) continue;
    for (const path of readdirSync(compiled, { recursive: true, withFileTypes: true })) {
      const file = join(path.parentPath, path.name);
      const source = join(root, relative(output, file)).replace(/\.(js|js\.map|d\.ts)$/, '.ts');
      if (path.isFile() && !existsSync(source)) rmSync(file);
    }
  }
}

function takeLock() {
  try {
    const handle = openSync(lock, 'wx');
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld()) rmSync(lock, { force: true });
    return false;
  }
}

/** A lock left by a process that was killed is nobody's. */
function isHeld() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
