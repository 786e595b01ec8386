import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { StartRefused } from './errors.js';

/** Everything that is set from outside, read once at the start. */
export interface Config {
  /** The PostgreSQL to use; null starts the embedded one. */
  databaseUrl: string | null;
  /** Where the embedded PostgreSQL keeps its data. */
  dataDirectory: string;
  host: string;
  port: number;
  /** The bearer token that everything needs; null serves loopback only, as administrator. */
  adminKey: string | null;
  /** Whose public holidays are observed, such as `DE` or `US-CA`; null observes none. */
  country: string | null;
  /** What secrets of sources are encrypted with; null keeps none. */
  secretKey: string | null;
  /** For how many months samples are kept as they came; by the hour and by the day they stay. */
  sampleMonths: number;
  /** How many pools, budgets, sources and channels, each, `/metrics` tells of. */
  metricsLimit: number;
  /** Where people reach it, without a slash at the end: what links in messages begin with. */
  publicUrl: string;
  /** Private addresses and ranges that messages may go to, such as `10.0.0.0/8`. */
  privateDestinations: string[];
  /** What this process does: answers requests, works in the background, or both. */
  role: ProcessRole;
}

const processRoles = ['api', 'worker', 'both'] as const;
export type ProcessRole = (typeof processRoles)[number];

const minimumKeyLength = 32;

/**
 * Reads the configuration. An empty variable counts as absent.
 *
 * @throws StartRefused naming the variable, what it needs and what it got; a key is never shown.
 */
export function readConfig(environment: NodeJS.ProcessEnv, baseDirectory: string): Config {
  const read = (name: string) => environment[name]?.trim() || null;

  const adminKey = read('HEADROOM_ADMIN_KEY');
  if (adminKey && adminKey.length < minimumKeyLength) {
    throw new StartRefused(
      `HEADROOM_ADMIN_KEY needs at least ${minimumKeyLength} characters, got ${adminKey.length}`,
    );
  }
  const secretKey = read('HEADROOM_SECRET_KEY');
  if (secretKey && secretKey.length < minimumKeyLength) {
    throw new StartRefused(`HEADROOM_SECRET_KEY needs at least ${minimumKeyLength} characters, got ${secretKey.length}`);
  }
  const sampleMonths = wholeNumber('HEADROOM_SAMPLE_MONTHS', read('HEADROOM_SAMPLE_MONTHS') ?? '13', 1, 1_200);
  const metricsLimit = wholeNumber('HEADROOM_METRICS_LIMIT', read('HEADROOM_METRICS_LIMIT') ?? '500', 1, 100_000);
  const role = read('ROLE') ?? 'both';
  if (!isProcessRole(role)) throw new StartRefused(`ROLE needs one of ${processRoles.join(', ')}, got "${role}"`);
  const host = read('HOST') ?? '127.0.0.1';
  if (!adminKey && !isLoopback(host)) {
    throw new StartRefused(
      `HOST "${host}" would serve Headroom beyond this machine without a key: set HEADROOM_ADMIN_KEY (${minimumKeyLength} characters or more) or use 127.0.0.1`,
    );
  }
  const port = wholeNumber('PORT', read('PORT') ?? '4000', 0, 65_535);
  const country = read('HEADROOM_COUNTRY')?.toUpperCase() ?? null;
  if (country && !/^[A-Z]{2}(-[A-Z0-9]+){0,2}$/.test(country)) {
    throw new StartRefused(`HEADROOM_COUNTRY needs a country such as DE, or a part of one such as US-CA, got "${country}"`);
  }
  const databaseUrl = read('DATABASE_URL');
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new StartRefused(
      'DATABASE_URL needs the form postgres://user:password@host:port/database, got something else',
    );
  }
  return {
    databaseUrl,
    dataDirectory: resolve(baseDirectory, read('HEADROOM_DATA_DIR') ?? '.headroom'),
    host,
    port,
    adminKey,
    country,
    secretKey,
    sampleMonths,
    metricsLimit,
    publicUrl: publicUrlOf(read('HEADROOM_URL'), host, port),
    privateDestinations: (read('HEADROOM_PRIVATE_DESTINATIONS') ?? '').split(',').map((range) => range.trim()).filter((range) => range !== '').map(addressRange),
    role,
  };
}

/** @throws StartRefused */
function publicUrlOf(text: string | null, host: string, port: number): string {
  if (text === null) return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const isFit = /^https?:\/\/[^\s@?#]+$/.test(text) && URL.canParse(text);
  if (!isFit) throw new StartRefused(`HEADROOM_URL needs an address such as https://headroom.example.com, got "${text}"`);
  return text.replace(/\/+$/, '');
}

/** @throws StartRefused */
function addressRange(text: string): string {
  const [address, bits, ...rest] = text.split('/');
  const family = isIP(address!);
  const isFit = family !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)));
  if (!isFit) throw new StartRefused(`HEADROOM_PRIVATE_DESTINATIONS needs addresses or ranges such as 10.1.2.3,10.8.0.0/16, got "${text}"`);
  return text;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new StartRefused(`${name} needs a whole number from ${least} to ${most}, got "${text}"`);
  return value;
}

function isProcessRole(text: string): text is ProcessRole {
  return (processRoles as readonly string[]).includes(text);
}

/** Whether a host to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}
