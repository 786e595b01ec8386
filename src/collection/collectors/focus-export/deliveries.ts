import { createHash } from 'node:crypto';
import { BadPayload, CollectorUnavailable } from '../../collector-failure.js';
import type { StoredObject } from './object-store.js';

/** The files that together are what is known of one or more billing periods. */
export interface ExportDelivery {
  /** Stays the same when the delivery comes again: where it lies, and the period it is of. */
  name: string;
  /** What its path says it is of; null where only the charges tell. */
  period: { start: Date; end: Date } | null;
  /** The newest list of its files; null where all of them count. */
  manifest: StoredObject | null;
  files: StoredObject[];
  /** Another one whenever anything in it is. */
  version: string;
}

/** A file that counts, and how many rows its manifest says it has. */
export interface ExportFile {
  object: StoredObject;
  rowCount: number | null;
}

const isManifest = ({ name }: StoredObject) => /(^|[/_-])manifest\.json$/i.test(name);
const isData = ({ name }: StoredObject) => /\.(csv|csv\.gz|gz|parquet)$/i.test(name);
/** As AWS (`BILLING_PERIOD=2026-09`) and Azure (`20260901-20260930`) name folders. */
const periodFolder = /(^|.*\/)(?:billing_period=(\d{4})-(\d{2})|(\d{4})(\d{2})\d{2}-(\d{4})(\d{2})\d{2})\//i;

/**
 * What lies in a store, by delivery. Files in a folder that names a billing period are one; all
 * files that none does are one together, because any of them may hold any period.
 */
export function deliveriesOf(objects: readonly StoredObject[]): ExportDelivery[] {
  const groups = new Map<string, StoredObject[]>();
  for (const object of objects) {
    if (!isManifest(object) && !isData(object)) continue;
    const [folder, parent] = periodFolder.exec(object.name) ?? ['', ''];
    // AWS keeps manifests beside the data, in a tree of their own.
    const name = `${parent!.replace(/(^|\/)metadata\/$/, '$1data/')}${folder.slice(parent!.length)}`;
    groups.set(name, [...(groups.get(name) ?? []), object]);
  }
  return [...groups].map(([name, members]) => ({ name, period: periodOf(name), manifest: newest(members.filter(isManifest)), files: members.filter(isData), version: versionOf(members) }));
}

/**
 * The files that a manifest names: AWS Data Exports, AWS Cost and Usage Reports, Azure exports.
 *
 * @throws CollectorUnavailable when it names a file that is not there: it is on its way, or was replaced
 */
export function filesOf({ manifest, files }: ExportDelivery, text: string): ExportFile[] {
  const { dataFiles, reportKeys, blobs } = parsed(manifest!.name, text);
  const named = blobs?.map(({ blobName, dataRowCount }) => ({ name: blobName, rowCount: dataRowCount ?? null })) ?? (dataFiles ?? reportKeys)?.map((name) => ({ name, rowCount: null }));
  if (!named) throw new BadPayload(`${manifest!.name} is a manifest of no kind that is known: it names no dataFiles, reportKeys or blobs`, text);
  return named.map(({ name, rowCount }) => {
    const key = name.replace(/^s3:\/\/[^/]+\//, '');
    const object = files.find((file) => file.name === key) ?? files.find((file) => key.endsWith(`/${file.name}`) || file.name.endsWith(`/${key}`));
    if (!object) throw new CollectorUnavailable(`${manifest!.name} names ${key}, which is not there: the export is not complete`);
    return { object, rowCount };
  });
}

interface Manifest {
  dataFiles?: string[];
  reportKeys?: string[];
  blobs?: { blobName: string; dataRowCount?: number }[];
}

function parsed(name: string, text: string): Manifest {
  try {
    return (JSON.parse(text) as Manifest | null) ?? {};
  } catch {
    throw new BadPayload(`${name} is no JSON: it is not complete`, text);
  }
}

/** Whole months, which is what billing periods begin in. */
function periodOf(name: string): ExportDelivery['period'] {
  const [, , year, month, fromYear = year, fromMonth = month, toYear = year, toMonth = month] = periodFolder.exec(name) ?? [];
  if (fromYear === undefined) return null;
  return { start: new Date(Date.UTC(Number(fromYear), Number(fromMonth) - 1)), end: new Date(Date.UTC(Number(toYear), Number(toMonth))) };
}

function newest(manifests: readonly StoredObject[]): StoredObject | null {
  return manifests.toSorted((one, other) => other.modifiedAtMs - one.modifiedAtMs || (one.name < other.name ? 1 : -1))[0] ?? null;
}

function versionOf(objects: readonly StoredObject[]): string {
  const digest = createHash('sha256');
  for (const { name, bytes, version } of objects) digest.update(JSON.stringify([name, bytes, version]));
  return digest.digest('base64url');
}
