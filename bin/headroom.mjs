#!/usr/bin/env node
// Builds what has changed since the last build, then runs the command in this same process, so that
// a signal to it reaches Headroom itself.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist', '.built');
const sources = ['src', 'forecasts', 'migrations', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), mtimeMs);
}

function isBuilt() {
  // An installed copy, such as the container's, has the compiled files only.
  const present = sources.map((name) => join(root, name)).filter(existsSync);
  if (!existsSync(join(root, 'src'))) return true;
  return existsSync(stamp) && present.every((path) => newest(path) < statSync(stamp).mtimeMs);
}

if (!isBuilt()) {
  process.stderr.write('• Compiling what has changed\n');
  const startedAt = new Date();
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
  // What is saved while it compiles is newer than this stamp, and compiled next time.
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}
process.setSourceMapsEnabled(true);
await import('../dist/src/main.js');
