import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollectorUnavailable } from '../../collector-failure.js';
import type { StoredObject } from './object-store.js';

/** Writes a body to a file. @throws CollectorUnavailable when it is not as long as the listing said */
export async function writeWhole(body: Readable, { name, bytes }: StoredObject, path: string, signal: AbortSignal): Promise<void> {
  const file = createWriteStream(path);
  let received = 0;
  await pipeline(
    body,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        received += piece.length;
        // Never more than was promised: the disk is the limit of nobody else.
        if (received > bytes) break;
        yield piece;
      }
    },
    file,
    { signal },
  );
  if (received !== bytes) throw new CollectorUnavailable(`${name} has ${bytes} bytes, and ${received > bytes ? 'more' : `only ${received}`} came`);
}
