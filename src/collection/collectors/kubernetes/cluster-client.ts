import { AccessRefused, BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import { withoutSecrets } from '../../../platform/index.js';
import type { Contact } from '../../collector.js';
import { askJson, type SourceAnswer, type SourceRequest } from '../../http/source-client.js';
import type { ClusterAccess } from './cluster-access.js';

/** A kind of object of all namespaces. The right to list it is a rule of a ClusterRole. */
export interface Listing {
  /** Empty for the core of Kubernetes. */
  apiGroup: string;
  /** The versions it may have, the one to ask for first. */
  versions: readonly string[];
  resource: string;
  fieldSelector?: string;
}

interface Page<Item> {
  items?: Item[] | null;
  metadata?: { continue?: string };
  message?: string;
}

/** So many objects are some megabytes: pods are the largest. */
const itemsOfPage = 500;
const mostReadings = 3;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The pages to come are no longer those of the pages that were read. */
class ListExpired extends Error {}

/**
 * Lists objects as the API of Kubernetes does: page by page, of one state of the cluster. Pages are
 * folded as they come, so that a cluster of any size takes the memory of what is known of it.
 *
 * Throws  CollectorUnavailable for what may pass; CollectorRejected naming the right that is missing.
 * Source  https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export class ClusterClient {
  readonly host: string;

  constructor(
    private readonly access: ClusterAccess,
    private readonly contact: Contact,
  ) {
    this.host = new URL(access.url).host;
  }

  /**
   * Everything that is listed, put together. Where a list expires before its end it is read from its
   * beginning, into something fresh.
   *
   * @returns null where the cluster knows no such objects
   */
  async fold<Item, Known>(listing: Listing, fresh: () => Known, add: (known: Known, item: Item) => void): Promise<Known | null> {
    for (let reading = 1; ; reading += 1) {
      try {
        return await this.foldOnce(listing, fresh(), add);
      } catch (error) {
        if (!(error instanceof ListExpired)) throw error;
        if (reading >= mostReadings) throw new CollectorUnavailable(`${this.host} forgot the list of ${listing.resource} ${mostReadings} times before it was read`);
      }
    }
  }

  /** Asks for one object of a kind, to see whether it may be listed. @returns whether there is such a list */
  async tryListing(listing: Listing): Promise<boolean> {
    return (await this.firstPage(listing, 1)) !== null;
  }

  private async foldOnce<Item, Known>(listing: Listing, known: Known, add: (known: Known, item: Item) => void): Promise<Known | null> {
    const first = await this.firstPage<Item>(listing, itemsOfPage);
    if (first === null) return null;
    let { page } = first;
    const seen = new Set<string>();
    for (;;) {
      this.contact.signal.throwIfAborted();
      for (const item of page.items ?? []) add(known, item);
      const next = page.metadata?.continue;
      if (!next) return known;
      if (seen.has(next)) throw new CollectorUnavailable(`${this.host} gives the same page of ${listing.resource} again: its list has no end`);
      seen.add(next);
      page = await this.page<Item>(listing, first.version, itemsOfPage, next).then((answer) => answer ?? this.vanished(listing));
    }
  }

  private async firstPage<Item>(listing: Listing, limit: number): Promise<{ version: string; page: Page<Item> } | null> {
    for (const version of listing.versions) {
      const page = await this.page<Item>(listing, version, limit);
      if (page !== null) return { version, page };
    }
    return null;
  }

  /** Null where there is no such list. */
  private async page<Item>(listing: Listing, version: string, limit: number, next?: string): Promise<Page<Item> | null> {
    const { apiGroup, resource, fieldSelector } = listing;
    const url = new URL(`${this.access.url}/${apiGroup === '' ? 'api' : `apis/${apiGroup}`}/${version}/${resource}`);
    url.search = new URLSearchParams({ limit: `${limit}`, ...(fieldSelector && { fieldSelector }), ...(next && { continue: next }) }).toString();
    const token = await this.access.token();
    const secrets = token === null ? [] : [token];
    const { status, body } = await this.ask<Page<Item>>({ url, caCertificate: this.access.caCertificate, secrets, headers: token === null ? {} : { authorization: `Bearer ${token}` } }, listing);
    if (status === 404) return null;
    if (status === 410) throw new ListExpired();
    if (status >= 400) throw new CollectorRejected(`${this.host} refuses to list ${resource}: ${withoutSecrets(body?.message ?? `status ${status}`, secrets).slice(0, 300)}`);
    const isList = isObject(body) && (body.items === null || (Array.isArray(body.items) && body.items.every(isObject)));
    if (!isList) throw new BadPayload(`${this.host} answered ${status} without a list of ${resource}`, JSON.stringify(body), secrets);
    return body;
  }

  private async ask<Body>(asked: SourceRequest, { apiGroup, resource }: Listing): Promise<SourceAnswer<Body>> {
    try {
      return await askJson<Body>(asked, this.contact);
    } catch (error) {
      if (!(error instanceof AccessRefused)) throw error;
      const said = error.status === 401
        ? `${this.host} does not know who asks (401): the token is missing, wrong or has expired`
        : `${this.host} does not allow to list ${resource}${apiGroup === '' ? '' : ` of ${apiGroup}`} (403): the service account needs the verb list on it, for all namespaces`;
      throw new CollectorRejected(said, { cause: error });
    }
  }

  private vanished({ resource }: Listing): never {
    throw new CollectorUnavailable(`${this.host} has no list of ${resource} any more`);
  }
}
