import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Charge } from '../../../costs/index.js';
import { CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import type { Bookmark, Collection, Contact, Observations, Window } from '../../collector.js';
import { FileRefused } from '../../csv/file-refused.js';
import { contentDigest } from '../../csv/text-file.js';
import { chargesOfFile } from '../focus/charges-of-file.js';
import { deliveriesOf, filesOf, type ExportDelivery, type ExportFile } from './deliveries.js';
import { download, listAll, type ObjectStore, type StoredObject } from './object-store.js';

/** What was read of each delivery: which version of it, and the billing periods it held, start to end. */
type Read = Record<string, { version: string; periods: Record<string, string> }>;

const mostManifestBytes = 16 * 1024 * 1024;
const mostFileBytes = 20 * 1024 * 1024 * 1024;

/**
 * The charges of every delivery that is in the window and was not read yet, or that was read and has
 * changed since, be it years old. Everything else costs its line in the listing.
 *
 * A file is brought to this machine's disk before it is read, one after the other, so that one that
 * is cut off is known for it before a charge is yielded, and is removed after.
 */
export async function* collectExport(store: ObjectStore, currency: string | undefined, collection: Collection): AsyncGenerator<Observations> {
  const before = (collection.bookmark ?? {}) as Read;
  const deliveries = deliveriesOf(await listAll(store, collection));
  const read: Read = Object.fromEntries(Object.entries(before).filter(([name]) => deliveries.some((delivery) => delivery.name === name)));
  const folder = await mkdtemp(join(tmpdir(), 'headroom-export-'));
  try {
    for (const delivery of deliveries) {
      const known = before[delivery.name];
      if (known?.version === delivery.version || (!known && !isWithin(delivery, collection.window))) continue;
      const periods: Record<string, string> = {};
      for await (const charges of chargesOf(store, delivery, currency, folder, collection)) {
        for (const charge of charges) note(periods, charge, delivery, read);
        yield { kind: 'charges', rows: charges };
      }
      const gone = Object.entries(known?.periods ?? {}).filter(([start]) => !(start in periods));
      if (gone.length > 0) yield { kind: 'billing-periods', rows: gone.map(([billingPeriodStart, billingPeriodEnd]) => ({ billingPeriodStart, billingPeriodEnd, totals: [] })) };
      read[delivery.name] = { version: delivery.version, periods };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const name of Object.keys(before)) {
    if (!(name in read)) collection.report.notice(`${store.place} has no files of ${name || 'the export'} any more: what was stored of it stays`);
  }
  yield { kind: 'bookmark', value: read as Bookmark };
}

/** One sentence on what is there. */
export async function describeExport(store: ObjectStore, contact: Contact): Promise<string> {
  const deliveries = deliveriesOf(await listAll(store, contact));
  const count = deliveries.reduce((sum, { files }) => sum + files.length, 0);
  if (count === 0) throw new CollectorRejected(`${store.place} has no CSV or Parquet files`);
  return `${store.place} has ${count} files of ${deliveries.length} deliveries`;
}

async function* chargesOf(store: ObjectStore, delivery: ExportDelivery, currency: string | undefined, folder: string, contact: Contact): AsyncGenerator<Charge[]> {
  const path = join(folder, 'file');
  const fetch = async (object: StoredObject, mostBytes: number) => {
    if (object.bytes > mostBytes) throw new CollectorRejected(`${object.name} has ${object.bytes} bytes, and may have at most ${mostBytes}`);
    await rm(path, { force: true });
    await download(store, object, path, contact);
  };
  let files: ExportFile[] = delivery.files.map((object) => ({ object, rowCount: null }));
  if (delivery.manifest) {
    await fetch(delivery.manifest, mostManifestBytes);
    files = filesOf(delivery, await readFile(path, 'utf8'));
  }
  const twins = new Map<string, string>();
  for (const { object, rowCount } of files) {
    await fetch(object, mostFileBytes);
    const { name } = object;
    let count = 0;
    try {
      const digest = await contentDigest(path);
      const twin = twins.get(digest);
      twins.set(digest, twin ?? name);
      if (twin !== undefined) {
        contact.report.notice(`${name} holds the same as ${twin} and is counted once`);
        continue;
      }
      for await (const charges of chargesOfFile(path, { currency }, (message) => contact.report.notice(message.replace(path, name)))) {
        contact.signal.throwIfAborted();
        count += charges.length;
        yield charges;
      }
    } catch (error) {
      if (error instanceof FileRefused) throw new FileRefused(name, error.message.slice(path.length).replace(/^[,:] /, ''));
      throw error;
    }
    if (rowCount !== null && rowCount !== count) throw new CollectorUnavailable(`${name} has ${count} rows, and its manifest says ${rowCount}: the export is not complete`);
  }
}

/** Remembers the billing period of a charge. @throws CollectorRejected when another delivery has it too */
function note(periods: Record<string, string>, { billingPeriodStart: start, billingPeriodEnd: end }: Charge, { name, period }: ExportDelivery, read: Read): void {
  if (periods[start] !== undefined) return;
  if (period && (new Date(end) <= period.start || new Date(start) >= period.end)) {
    throw new CollectorRejected(`${name} names another time than the billing period of its charges, ${start} to ${end}`);
  }
  const other = Object.entries(read).find(([one, { periods: theirs }]) => one !== name && start in theirs);
  if (other) throw new CollectorRejected(`billing period ${start} is both in ${name || 'the files'} and in ${other[0] || 'the files beside it'}: give each export a source of its own, by its prefix`);
  periods[start] = end;
}

function isWithin({ period }: ExportDelivery, window: Window): boolean {
  return period === null || (period.end > window.start && period.start < window.end);
}
