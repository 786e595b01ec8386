import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { TextDecoder } from 'node:util';
import { FileRefused } from './file-refused.js';

const chunkBytes = 1024 * 1024;

/** Part of a text file: either it decodes, or `invalidAt` is where in `text` the first wrong byte stands. */
export interface TextChunk {
  text: string;
  invalidAt: number | null;
}

/**
 * The bytes of a file, unpacked if they are gzip: what it is packed with is told by its first bytes,
 * not by its name.
 *
 * @throws FileRefused when it cannot be read, is UTF-16, or its compressed data is damaged
 */
async function* readBytes(file: string): AsyncGenerator<Buffer> {
  const head = await firstBytes(file);
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new FileRefused(file, 'is UTF-16, and needs to be UTF-8', { line: 1 });
  }
  const source = createReadStream(file, { highWaterMark: chunkBytes });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  // The pipeline's callback is the stream's own error again, which the loop below meets.
  const stream = isGzip ? pipeline(source, createGunzip({ chunkSize: chunkBytes }), () => undefined) : source;
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if (/^Z_|unexpected end of file/.test(`${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`)) {
      throw new FileRefused(file, `its gzip data is damaged or cut off (${(error as Error).message})`);
    }
    throw error;
  } finally {
    source.destroy();
  }
}

/** The text of a UTF-8 file, plain or gzip, about a megabyte at a time. @throws FileRefused */
export async function* readText(file: string): AsyncGenerator<TextChunk> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const bytes of readBytes(file)) yield decode(decoder, bytes);
  yield decode(decoder, null);
}

/** A digest of what is in a file, however it is packed. @throws FileRefused */
export async function contentDigest(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const bytes of readBytes(file)) digest.update(bytes);
  return digest.digest('hex');
}

async function firstBytes(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'is a folder, and needs to be a file',
      EACCES: 'may not be read by this user',
    };
    throw new FileRefused(file, reasons[code ?? ''] ?? (error as Error).message);
  }
}

function decode(decoder: TextDecoder, bytes: Buffer | null): TextChunk {
  try {
    const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    return { text, invalidAt: null };
  } catch {
    // Decoded leniently, the first wrong byte shows as U+FFFD; earlier ones cannot be in valid text but for a real U+FFFD.
    const text = new TextDecoder('utf-8').decode(bytes ?? new Uint8Array());
    const invalidAt = text.indexOf('\uFFFD');
    return { text, invalidAt: invalidAt < 0 ? text.length : invalidAt };
  }
}
