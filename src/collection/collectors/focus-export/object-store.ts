import { BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import { withoutSecrets } from '../../../platform/index.js';
import type { Contact } from '../../collector.js';
import { isLinkLocal } from '../../http/link-local.js';

/** A file in a store, as its listing shows it. */
export interface StoredObject {
  /** With slashes, from the root of the store. Never used as a path of this machine. */
  name: string;
  bytes: number;
  /** Another one whenever the content is: an ETag, a generation. */
  version: string;
  modifiedAtMs: number;
}

export interface ObjectPage {
  objects: StoredObject[];
  /** What gives the next page; null on the last one. */
  next: string | null;
}

/** A place where exports lie. Its client tries once: `callStore` tries again. */
export interface ObjectStore {
  /** For people, such as `s3://bucket/prefix`. */
  readonly place: string;
  readonly secrets: readonly string[];
  list(token: string | null, signal: AbortSignal): Promise<ObjectPage>;
  /** Writes this version of an object to a new file at the path, or fails: never another version. */
  download(object: StoredObject, path: string, signal: AbortSignal): Promise<void>;
}

const mostTries = 4;
const firstPauseMs = 500;
const listDeadlineMs = 60_000;
const downloadDeadlineMs = 3_600_000;
const mostObjects = 200_000;

/** Everything in the store, in the order of its names. @throws CollectorUnavailable, CollectorRejected */
export async function listAll(store: ObjectStore, contact: Contact): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for (let token: string | null = null; ; ) {
    const from: string | null = token;
    const page: ObjectPage = await callStore(store, contact, 'list', listDeadlineMs, (signal) => store.list(from, signal));
    objects.push(...page.objects);
    if (objects.length > mostObjects) throw new CollectorRejected(`${store.place} holds more than ${mostObjects} files: set a prefix that leads to one export`);
    if (page.next === null) return objects.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    token = page.next;
  }
}

/** @throws CollectorUnavailable also when the object is another one by now */
export function download(store: ObjectStore, object: StoredObject, path: string, contact: Contact): Promise<void> {
  return callStore(store, contact, `read ${object.name}`, downloadDeadlineMs, (signal) => store.download(object, path, signal));
}

/** Where calls may go. @throws CollectorRejected for where a machine keeps its own credentials */
export function checkedEndpoint(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  if (isLinkLocal(hostname.replace(/^\[|\]$/g, ''))) throw new CollectorRejected(`${hostname} is a link-local address, which is never called`);
  return endpoint.replace(/\/+$/, '');
}

/** One call, again after a while when the store is overloaded, broken or cut off. Every try is told to the report. */
async function callStore<Answer>(store: ObjectStore, { signal, report, pause }: Contact, what: string, deadlineMs: number, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    await report.call();
    const deadline = AbortSignal.timeout(deadlineMs);
    const ending = AbortSignal.any([signal, deadline]);
    try {
      return await untilAborted(call(ending), ending);
    } catch (error) {
      signal.throwIfAborted();
      const failure = deadline.aborted ? new CollectorUnavailable(`${store.place} did not ${what} within ${deadlineMs / 1_000} s`) : failureOf(store, what, error);
      if (!(failure instanceof CollectorUnavailable) || tries >= mostTries) throw failure;
      await pause(failure.retryAfterMs ?? firstPauseMs * 2 ** tries * (0.5 + Math.random() / 2));
    }
  }
}

/** Not every client heeds a signal. */
async function untilAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** What an error of any of the clients means for the run. */
function failureOf({ place, secrets }: ObjectStore, what: string, error: unknown): Error {
  if (error instanceof CollectorUnavailable || error instanceof CollectorRejected) return error;
  const { $metadata, statusCode, status, code, message } = error as { $metadata?: { httpStatusCode?: number }; statusCode?: number; status?: number; code?: number | string; message?: string };
  const answered = [$metadata?.httpStatusCode, statusCode, status, code].find((one): one is number => typeof one === 'number');
  const said = withoutSecrets(message ?? String(error), secrets).replace(/\?\S*/g, '?…').slice(0, 200);
  const sentence = `${place}: cannot ${what}`;
  if (answered === undefined) return new CollectorUnavailable(`${sentence}: ${said}`);
  if (answered < 300) return new BadPayload(`${sentence}: it answered ${answered} with what is none`, said, secrets);
  if (answered === 408 || answered === 429 || answered >= 500) return new CollectorUnavailable(`${sentence}: it answered ${answered}`);
  if (what !== 'list' && (answered === 404 || answered === 412)) return new CollectorUnavailable(`${sentence}: it was replaced or removed meanwhile`);
  if (answered === 404) return new CollectorRejected(`${sentence}: there is no such bucket or container`);
  if (answered === 401 || answered === 403) return new CollectorRejected(`${sentence}: it answered ${answered}, the credentials are missing, wrong, expired or not enough`);
  return new CollectorRejected(`${sentence}: it answered ${answered}: ${said}`);
}
