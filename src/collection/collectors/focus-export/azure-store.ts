import type { Readable } from 'node:stream';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { BadPayload } from '../../collector-failure.js';
import { checkedEndpoint, type ObjectStore } from './object-store.js';
import { writeWhole } from './whole-file.js';

export interface AzureSettings {
  endpoint: string;
  container: string;
  prefix: string;
  sasToken?: string;
  accountName?: string;
  accountKey?: string;
}

/** A container of Azure Blob Storage. */
export function azureStore({ endpoint, container, prefix, sasToken, accountName, accountKey }: AzureSettings): ObjectStore {
  const place = `${checkedEndpoint(endpoint)}/${container}`;
  const options = { retryOptions: { maxTries: 1, tryTimeoutInMs: 3_600_000 } };
  const client = accountName
    ? new ContainerClient(place, new StorageSharedKeyCredential(accountName, accountKey!), options)
    : new ContainerClient(sasToken ? `${place}?${sasToken.replace(/^\?/, '')}` : place, undefined, options);
  return {
    place: `${place}/${prefix}`,
    // A signature stands in addresses, where its characters are escaped.
    secrets: [sasToken, sasToken && new URLSearchParams(sasToken).get('sig'), accountKey].flatMap((secret) => (secret ? [secret, encodeURIComponent(secret)] : [])),
    async list(token, abortSignal) {
      const pages = client.listBlobsFlat({ prefix, abortSignal }).byPage({ maxPageSize: 1_000, continuationToken: token ?? undefined });
      for await (const { segment, continuationToken } of pages) {
        const objects = segment.blobItems.map(({ name, properties }) => ({ name, bytes: properties.contentLength!, version: properties.etag, modifiedAtMs: properties.lastModified.getTime() }));
        return { objects, next: continuationToken || null };
      }
      throw new BadPayload(`${place}: the listing is none`, '');
    },
    async download(object, path, abortSignal) {
      const { readableStreamBody } = await client.getBlobClient(object.name).download(0, undefined, { abortSignal, maxRetryRequests: 0, conditions: { ifMatch: object.version } });
      await writeWhole(readableStreamBody as Readable, object, path, abortSignal);
    },
  };
}
