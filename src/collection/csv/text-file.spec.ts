import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contentDigest, readText } from './text-file.js';

describe('a text file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-text-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const fileOf = async (content: string | Uint8Array): Promise<string> => {
    const path = join(directory, 'file');
    await writeFile(path, content);
    return path;
  };
  const read = async (content: string | Uint8Array): Promise<{ text: string; fault: string | null }> => {
    let text = '';
    for await (const chunk of readText(await fileOf(content))) {
      text += chunk.text;
      if (chunk.fault) return { text, fault: chunk.fault };
    }
    return { text, fault: null };
  };
  /** A line that is cut by every chunk size, at every byte of its characters. */
  const long = 'aé€😀\uFFFD'.repeat(20_000);

  it('is the same text in chunks, with short lines and with long ones', async () => {
    for (const text of [long, `${long}\n`, `${'é,€\n'.repeat(30_000)}end`, '']) {
      expect(await read(text)).toEqual({ text, fault: null });
    }
  });

  it('is unpacked by what it begins with, not by its name', async () => {
    expect(await read(gzipSync(long))).toEqual({ text: long, fault: null });
  });

  it('loses its byte order mark, and no other one', async () => {
    expect((await read('\uFEFFa\uFEFF')).text).toBe('a\uFEFF');
  });

  it.each<[string, Buffer]>([
    ['a byte that begins no character', Buffer.from([0xff, 0x61])],
    ['a character without its end', Buffer.from('€').subarray(0, 2)],
    ['a character cut by another', Buffer.concat([Buffer.from('€').subarray(0, 2), Buffer.from('ab')])],
    ['the end of a character alone', Buffer.from([0xa9])],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ])('ends before %s, near its beginning and far from it', async (_, wrong) => {
    for (const before of ['', 'a\uFFFDé', `${long}\n${long}`]) {
      expect(await read(Buffer.concat([Buffer.from(before), wrong]))).toEqual({ text: before, fault: 'is not UTF-8' });
    }
  });

  it('ends before a NUL, unless something else is wrong before', async () => {
    expect(await read('ab\0c')).toEqual({ text: 'ab', fault: 'holds a NUL character' });
    expect(await read(Buffer.concat([Buffer.from([0x61, 0xff]), Buffer.from('\0')]))).toEqual({ text: 'a', fault: 'is not UTF-8' });
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['UTF-16, little end first', () => Buffer.from('\uFEFFa', 'utf16le'), /file, line 1: is UTF-16, and needs to be UTF-8$/],
    ['UTF-16, big end first', () => Buffer.from('\uFEFFa', 'utf16le').swap16(), /is UTF-16/],
    ['gzip that is cut off', () => gzipSync(long).subarray(0, 200), /: its gzip data is damaged or cut off/],
    ['gzip that is damaged', () => gzipSync(long).fill(0, 100, 120), /: its gzip data is damaged or cut off/],
  ])('is refused when it is %s', async (_, content, message) => {
    await expect(read(content())).rejects.toThrow(message);
  });

  it('is refused when it cannot be read', async () => {
    const all = async (path: string) => { for await (const chunk of readText(path)) void chunk; };
    await expect(all(join(directory, 'missing'))).rejects.toThrow(/missing: there is no such file$/);
    await expect(all(directory)).rejects.toThrow(/: is a folder, and needs to be a file$/);
  });

  it('has the digest of its content, however that is packed', async () => {
    const digest = await contentDigest(await fileOf(long));
    expect(await contentDigest(await fileOf(gzipSync(long)))).toBe(digest);
    expect(await contentDigest(await fileOf(`${long} `))).not.toBe(digest);
  });
});
