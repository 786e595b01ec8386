import { statfs } from 'node:fs/promises';

/** Given on the command line rather than in postgresql.conf, so that a new version reaches data made by an old one. */
const DEFAULTS = {
  shared_buffers: '128MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_connections: '50',
  // Imports write gigabytes within minutes; with the defaults of PostgreSQL they spend them on checkpoints.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Nothing replicates from an embedded server, and loading into a new table need not be logged then.
  wal_level: 'minimal',
  max_wal_senders: '0',
  synchronous_commit: 'on',
};

/** Room for the hash tables of a few parallel joins with our work_mem. */
const ROOMY_SHARED_MEMORY_BYTES = 512 * 1024 * 1024;

/** The arguments of `postgres`. The caller's settings win over our defaults, but not over where it listens. */
export async function serverSettings(port: number, settings: Record<string, string>): Promise<string[]> {
  const all = {
    ...DEFAULTS,
    ...(await sharedMemorySettings()),
    ...settings,
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    // The path of a socket has to be shorter than many a project folder.
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Its log is the standard error it was started with, which we keep in a file.
    logging_collector: 'off',
    log_destination: 'stderr',
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A container has 64 MB in /dev/shm unless told otherwise, and a parallel join that needs more fails. */
async function sharedMemorySettings(): Promise<Record<string, string>> {
  if (process.platform !== 'linux') return {};
  const { bsize, blocks } = await statfs('/dev/shm').catch(() => ({ bsize: 0, blocks: 0 }));
  return bsize * blocks < ROOMY_SHARED_MEMORY_BYTES ? { dynamic_shared_memory_type: 'sysv' } : {};
}
