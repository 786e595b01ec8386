import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Asked, Behaviour } from './source-server.js';

export type Protocol = 's3' | 'azure' | 'google';

interface Held {
  content: Buffer;
  modifiedAt: Date;
  generation: number;
}

/**
 * What a bucket holds, served as S3, Azure Blob Storage or Google Cloud Storage serve it: listings
 * in pages, and an object in the version that is asked for.
 */
export class Bucket {
  readonly name = 'billing';
  private readonly held = new Map<string, Held>();
  private changes = 0;

  constructor(private readonly objectsPerPage = 1_000) {}

  put(name: string, content: string | Buffer): void {
    this.changes += 1;
    this.held.set(name, { content: Buffer.from(content), modifiedAt: new Date(Date.UTC(2026, 9, 1) + this.changes * 60_000), generation: this.changes });
  }

  remove(name: string): void {
    this.held.delete(name);
  }

  serving(protocol: Protocol): Behaviour {
    return (asked, response) => {
      const url = new URL(asked.path, 'http://bucket');
      const path = decodeURIComponent(url.pathname);
      if (protocol === 's3') return path === `/${this.name}` || path === `/${this.name}/` ? this.listS3(url, response) : this.give(path.slice(this.name.length + 2), asked.headers['if-match'], response);
      if (protocol === 'azure') return path === `/${this.name}` ? this.listAzure(url, response) : this.give(path.slice(this.name.length + 2), asked.headers['if-match'], response);
      const object = /\/o\/(.+)$/.exec(path)?.[1];
      return object === undefined ? this.listGoogle(url, response) : this.give(object, url.searchParams.get('generation') ?? undefined, response);
    };
  }

  private page(prefix: string, after: string | null): { entries: [string, Held][]; next: string | null } {
    const names = [...this.held.keys()].filter((name) => name.startsWith(prefix) && (after === null || name > after)).toSorted();
    const entries = names.slice(0, this.objectsPerPage).map((name): [string, Held] => [name, this.held.get(name)!]);
    return { entries, next: names.length > this.objectsPerPage ? entries.at(-1)![0] : null };
  }

  private listS3({ searchParams }: URL, response: ServerResponse): void {
    const { entries, next } = this.page(searchParams.get('prefix') ?? '', searchParams.get('continuation-token'));
    const contents = entries.map(([name, { content, modifiedAt }]) => `<Contents><Key>${escaped(name)}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><ETag>${escaped(etagOf(content))}</ETag><Size>${content.length}</Size></Contents>`);
    xml(response, `<ListBucketResult><Name>${this.name}</Name><KeyCount>${entries.length}</KeyCount><IsTruncated>${next !== null}</IsTruncated>${next ? `<NextContinuationToken>${escaped(next)}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`);
  }

  private listAzure({ searchParams }: URL, response: ServerResponse): void {
    const { entries, next } = this.page(searchParams.get('prefix') ?? '', searchParams.get('marker'));
    const blobs = entries.map(([name, { content, modifiedAt }]) => `<Blob><Name>${escaped(name)}</Name><Properties><Last-Modified>${modifiedAt.toUTCString()}</Last-Modified><Etag>${escaped(etagOf(content))}</Etag><Content-Length>${content.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`);
    xml(response, `<EnumerationResults ServiceEndpoint="http://bucket/" ContainerName="${this.name}"><Prefix/><Blobs>${blobs.join('')}</Blobs><NextMarker>${next ? escaped(next) : ''}</NextMarker></EnumerationResults>`);
  }

  private listGoogle({ searchParams }: URL, response: ServerResponse): void {
    const { entries, next } = this.page(searchParams.get('prefix') ?? '', searchParams.get('pageToken'));
    const items = entries.map(([name, { content, modifiedAt, generation }]) => ({ kind: 'storage#object', name, bucket: this.name, size: `${content.length}`, generation: `${generation}`, updated: modifiedAt.toISOString() }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'storage#objects', items, ...(next && { nextPageToken: next }) }));
  }

  private give(name: string, version: string | undefined, response: ServerResponse): void {
    const object = this.held.get(name);
    if (!object) return void response.writeHead(404).end();
    const { content, generation, modifiedAt } = object;
    if (version !== undefined && version !== etagOf(content) && version !== `${generation}`) return void response.writeHead(version.startsWith('"') ? 412 : 404).end();
    const md5 = createHash('md5').update(content).digest('base64');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length, etag: etagOf(content), 'last-modified': modifiedAt.toUTCString(), 'x-goog-hash': `md5=${md5}`, 'x-goog-generation': `${generation}` });
    response.end(content);
  }
}

/** Serves the listing, and cuts every object off after some bytes of it. */
export function cuttingOff(bucket: Bucket, protocol: Protocol): Behaviour {
  return (asked: Asked, response) => {
    const whole = response.end.bind(response);
    response.end = ((content?: unknown) => {
      if (!Buffer.isBuffer(content)) return whole(content as string);
      response.write(content.subarray(0, content.length / 2));
      setImmediate(() => response.destroy());
      return response;
    }) as typeof response.end;
    return bucket.serving(protocol)(asked, response);
  };
}

function etagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
