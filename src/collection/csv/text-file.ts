import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileRefused } from './file-refused.js';

const readAtOnceBytes = 256 * 1024;
/** Small enough that what is made of a chunk is garbage before V8 moves it: with 256 KB an import takes 100 MB more. */
const chunkBytes = 32 * 1024;
const lineFeed = 0x0a;
/** Bills shrink to a twentieth. What shrank to a five-hundredth was made to wear out who unpacks it. */
const mostRatio = 500;
const ratioCountsFromBytes = 64 * 1024 * 1024;

/** Part of a text file. Where it has a fault, the text ends before what is wrong. */
export interface TextChunk {
  text: string;
  fault: string | null;
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
  const source = createReadStream(file, { highWaterMark: readAtOnceBytes });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  // The pipeline's callback is the stream's own error again, which the loop below meets.
  const stream = isGzip ? pipeline(source, createGunzip({ chunkSize: readAtOnceBytes }), () => undefined) : source;
  let unpacked = 0;
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      unpacked += bytes.length;
      if (unpacked > ratioCountsFromBytes && unpacked > source.bytesRead * mostRatio) {
        throw new FileRefused(file, `unpacks to more than ${mostRatio} times its size, which no bill does`);
      }
      yield bytes;
    }
  } catch (error) {
    if (/^Z_|unexpected end of file/.test(`${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`)) {
      throw new FileRefused(file, `its gzip data is damaged or cut off (${(error as Error).message})`);
    }
    throw error;
  } finally {
    source.destroy();
  }
}

/**
 * The text of a UTF-8 file, plain or gzip, some kilobytes at a time, in whole lines where
 * they are not longer than that. The chunk with the first fault is the last.
 *
 * @throws FileRefused
 */
export async function* readText(file: string): AsyncGenerator<TextChunk> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const read of readBytes(file)) {
    for (let at = 0; at < read.length; at += chunkBytes) {
      const bytes = Buffer.concat([rest, read.subarray(at, at + chunkBytes)]);
      const cut = whereToCut(bytes);
      rest = bytes.subarray(cut);
      const chunk = decode(bytes.subarray(0, cut), isFirst);
      yield chunk;
      if (chunk.fault) return;
      isFirst = false;
    }
  }
  yield decode(rest, isFirst);
}

/** A digest of what is in a file, however it is packed. @throws FileRefused */
export async function contentDigest(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const bytes of readBytes(file)) digest.update(bytes);
  return digest.digest('hex');
}

/** The first four bytes, or as many as there are. @throws FileRefused when it cannot be read */
export async function firstBytes(file: string): Promise<Buffer> {
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

/** After the last line; within a line that is longer than this, before its last character, which may not be whole. */
function whereToCut(bytes: Buffer): number {
  const lines = bytes.lastIndexOf(lineFeed) + 1;
  if (lines > 0) return lines;
  let last = bytes.length - 1;
  while (last > 0 && (bytes[last]! & 0xc0) === 0x80) last -= 1;
  return Math.max(last, 0);
}

function decode(bytes: Buffer, isFirst: boolean): TextChunk {
  const nul = bytes.indexOf(0);
  const until = nul < 0 ? bytes : bytes.subarray(0, nul);
  const text = until.toString('utf8');
  const wrong = isUtf8(until) ? -1 : firstWrong(until, text);
  const start = isFirst && text.startsWith('\uFEFF') ? 1 : 0;
  if (wrong >= 0) return { text: text.slice(start, wrong), fault: 'is not UTF-8' };
  return { text: start === 0 ? text : text.slice(start), fault: nul < 0 ? null : 'holds a NUL character' };
}

/** Where the first wrong byte became U+FFFD. A U+FFFD that stands in the file itself is not wrong. */
function firstWrong(bytes: Buffer, text: string): number {
  const replacement = Buffer.from('\uFFFD');
  let offset = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf('\uFFFD', from);
    // Up to here the text is right, so that it is as long in bytes as what it was read from.
    offset += Buffer.byteLength(text.slice(from, at));
    if (!bytes.subarray(offset, offset + replacement.length).equals(replacement)) return at;
    offset += replacement.length;
    from = at + 1;
  }
}
