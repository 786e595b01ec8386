import { Storage } from '@google-cloud/storage';
import { BadPayload } from '../../collector-failure.js';
import { checkedEndpoint, type ObjectStore } from './object-store.js';
import { writeWhole } from './whole-file.js';

export interface GoogleSettings {
  bucket: string;
  prefix: string;
  endpoint?: string;
  clientEmail?: string;
  privateKey?: string;
}

/** A bucket of Google Cloud Storage. Without a key, the credentials of the machine count; at another endpoint, none. */
export function googleStore({ bucket, prefix, endpoint, clientEmail, privateKey }: GoogleSettings): ObjectStore {
  const storage = new Storage({
    projectId: 'unused',
    retryOptions: { autoRetry: false, maxRetries: 0 },
    ...(endpoint && { apiEndpoint: checkedEndpoint(endpoint), useAuthWithCustomEndpoint: clientEmail !== undefined }),
    ...(clientEmail && { credentials: { client_email: clientEmail, private_key: privateKey } }),
  });
  const place = `gs://${bucket}/${prefix}`;
  return {
    place,
    secrets: privateKey ? [privateKey] : [],
    async list(token) {
      const [, , answer] = await storage.bucket(bucket).getFiles({ prefix, autoPaginate: false, maxResults: 1_000, pageToken: token ?? undefined });
      const { kind, items = [], nextPageToken } = (answer ?? {}) as { kind?: string; items?: { name: string; size: string; generation: string; updated: string }[]; nextPageToken?: string };
      if (kind !== 'storage#objects') throw new BadPayload(`${place}: the listing is none`, '');
      const objects = items.map(({ name, size, generation, updated }) => ({ name, bytes: Number(size), version: generation, modifiedAtMs: Date.parse(updated) }));
      return { objects, next: nextPageToken ?? null };
    },
    async download(object, path, signal) {
      // As it lies there: unpacking is ours.
      const body = storage.bucket(bucket).file(object.name, { generation: object.version }).createReadStream({ decompress: false });
      await writeWhole(body, object, path, signal);
    },
  };
}
