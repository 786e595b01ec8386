import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { BadPayload } from '../../collector-failure.js';
import { checkedEndpoint, type ObjectStore } from './object-store.js';
import { writeWhole } from './whole-file.js';

export interface S3Settings {
  bucket: string;
  prefix: string;
  region: string;
  endpoint?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
}

/** Amazon S3, and what speaks its protocol: MinIO, Ceph, R2. Without a key, the credentials of the machine count. */
export function s3Store({ bucket, prefix, region, endpoint, accessKeyId, secretAccessKey }: S3Settings): ObjectStore {
  const client = new S3Client({
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    ...(endpoint && { endpoint: checkedEndpoint(endpoint), forcePathStyle: true }),
    ...(accessKeyId && { credentials: { accessKeyId, secretAccessKey: secretAccessKey! } }),
  });
  const place = `s3://${bucket}/${prefix}`;
  return {
    place,
    secrets: secretAccessKey ? [secretAccessKey] : [],
    async list(token, abortSignal) {
      const { Name, Contents = [], NextContinuationToken } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token ?? undefined }), { abortSignal });
      if (Name === undefined) throw new BadPayload(`${place}: the listing is none`, '');
      const objects = Contents.map(({ Key, Size, ETag, LastModified }) => ({ name: Key!, bytes: Size!, version: ETag!, modifiedAtMs: LastModified!.getTime() }));
      return { objects, next: NextContinuationToken ?? null };
    },
    async download(object, path, abortSignal) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: object.name, IfMatch: object.version }), { abortSignal });
      await writeWhole(Body as Readable, object, path, abortSignal);
    },
  };
}
