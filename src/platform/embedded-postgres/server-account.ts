import { execFile } from 'node:child_process';
import { constants, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import { EmbeddedPostgresUnavailable } from './embedded-postgres-unavailable.js';
import type { PostgresBinaries } from './postgres-binaries.js';

export type PathCapability = 'dac_read_search' | 'dac_override';

/** Who runs the server. PostgreSQL refuses to run as root, so root lends it another account. */
export interface ServerAccount {
  userId: number;
  groupId: number;
  /** Set where root has to lend the account the right to pass through folders closed to it. */
  capability?: PathCapability;
}

/** How to run a program as the account: for child_process. `undefined` is the user we already are. */
export interface AccountCommand {
  command: string;
  args: string[];
  uid?: number;
  gid?: number;
}

/**
 * The account for a data directory, or undefined when it is the user we are. No account is created: a directory
 * that exists is served as its owner, a new one as `postgres` where the system has it, otherwise as `nobody`.
 */
export async function serverAccount(
  dataDirectory: string, binaries: PostgresBinaries,
): Promise<ServerAccount | undefined> {
  if (process.geteuid!() !== 0) {
    requireUserName();
    return undefined;
  }
  const account = (await ownerOf(dataDirectory)) ?? (await unprivilegedAccount());
  const closedBinary = await firstClosed(account, [binaries.postgres, binaries.initdb], constants.X_OK);
  const inRoot = ['bin', 'lib', 'share/postgresql'].map((folder) => join(binaries.root, folder, '*'));
  const folders = [...inRoot, dataDirectory].flatMap(parentsOf);
  const closedFolder = await firstClosed(account, folders, constants.X_OK);
  if (closedBinary === undefined && closedFolder === undefined) return account;

  // Reading and passing through is enough for folders; only overriding lets a closed program be executed.
  const wanted: PathCapability[] = closedBinary === undefined ? ['dac_read_search', 'dac_override'] : ['dac_override'];
  return { ...account, capability: await lendableCapability(account, wanted, (closedBinary ?? closedFolder)!) };
}

export function commandAs(account: ServerAccount | undefined, program: string, args: string[]): AccountCommand {
  if (account === undefined) return { command: program, args };
  const { userId, groupId, capability } = account;
  if (capability === undefined) return { command: program, args, uid: userId, gid: groupId };
  return {
    command: 'setpriv',
    args: [
      `--reuid=${userId}`, `--regid=${groupId}`, '--clear-groups',
      `--inh-caps=+${capability}`, `--ambient-caps=+${capability}`,
      // PostgreSQL looks for its own program with access(2), which ignores capabilities without this bit.
      '--securebits=+no_setuid_fixup',
      '--', program, ...args,
    ],
  };
}

/** initdb looks its user up by number and gives up where that has no name, as with `docker run --user 1234`. */
function requireUserName(): void {
  try {
    userInfo();
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(
      `embedded PostgreSQL needs a user with a name, got user id ${process.geteuid!()} without an entry in ` +
        '/etc/passwd: run as a user of the system, or set DATABASE_URL to a PostgreSQL 15 to 18',
      { cause },
    );
  }
}

async function ownerOf(dataDirectory: string): Promise<ServerAccount | undefined> {
  try {
    const { uid, gid } = await stat(dataDirectory);
    return uid === 0 ? undefined : { userId: uid, groupId: gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function unprivilegedAccount(): Promise<ServerAccount> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = entries.find(([entryName]) => entryName === name);
    // macOS writes nobody as -2, which the system calls take as unsigned.
    if (entry) return { userId: Number(entry[2]) >>> 0, groupId: Number(entry[3]) >>> 0 };
  }
  throw new EmbeddedPostgresUnavailable(
    'embedded PostgreSQL needs an account other than root, got neither postgres nor nobody in /etc/passwd: ' +
      'run as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 to 18',
  );
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

async function firstClosed(account: ServerAccount, paths: string[], right: number): Promise<string | undefined> {
  for (const path of paths) {
    const { uid, gid, mode } = await stat(path);
    const shift = uid === account.userId ? 6 : gid === account.groupId ? 3 : 0;
    if (((mode >> shift) & right) === 0) return path;
  }
  return undefined;
}

async function lendableCapability(
  account: ServerAccount, wanted: PathCapability[], closed: string,
): Promise<PathCapability> {
  const held = process.platform === 'linux' ? await heldCapabilities() : [];
  const capability = wanted.find((name) => held.includes(name));
  if (capability !== undefined && held.includes('setpcap') && (await hasSetpriv())) return capability;
  throw new EmbeddedPostgresUnavailable(
    `PostgreSQL does not run as root, and user id ${account.userId} needs to reach ${closed}, got a closed folder ` +
      'and no setpriv of util-linux that may open it: run as an ordinary user, keep the project and ' +
      'HEADROOM_DATA_DIR in folders with mode 0755, or set DATABASE_URL to a PostgreSQL 15 to 18',
  );
}

/** Bit numbers from linux/capability.h. Containers often deny their root dac_read_search, but not the others. */
async function heldCapabilities(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const names = { dac_override: 1n, dac_read_search: 2n, setpcap: 8n };
  return Object.entries(names).flatMap(([name, bit]) => ((bits >> bit) & 1n ? [name] : []));
}

/** The setpriv of busybox knows fewer options, and no --version. */
function hasSetpriv(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('setpriv', ['--version'], (error, output) => resolve(error === null && output.includes('util-linux')));
  });
}
