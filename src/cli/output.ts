import { randomUUID } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandRefused } from './command-refused.js';

/** Where a command writes its answers. */
export interface Output {
  /** Ends when the bytes are taken: who waits for it never piles up what a slow reader has not read. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written the answer. */
  finish(): Promise<void>;
  /** Leaves nothing of it, as far as it can be taken back. */
  discard(): Promise<void>;
}

/** The standard output. What is written there cannot be taken back. */
export function standardOutput(stream: NodeJS.WriteStream = process.stdout): Output {
  // The error comes to each write as well; unheard it would end the process with a stack.
  stream.on('error', () => undefined);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(refusal('the standard output', error)) : resolve()));
      }),
    finish: async () => undefined,
    discard: async () => undefined,
  };
}

/**
 * A file that is there whole or not at all: it is written beside its place under another name, and takes its place,
 * and that of an older one, at the end. A pipe or a device is written to as it is.
 *
 * @throws CommandRefused when it cannot be written, at once and not when hours of work are done
 */
export async function fileOutput(path: string): Promise<Output> {
  try {
    const target = await realpath(path).catch(whereMissing(path));
    const kind = await stat(target).catch(whereMissing(null));
    if (kind?.isDirectory()) throw new CommandRefused(`${path}: is a folder, and the output needs to be a file`);
    if (kind && !kind.isFile()) return outputInto(path, await open(target, 'w'));
    if (kind) await access(target, constants.W_OK);
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
    return outputInto(path, await open(temporary, 'wx'), { temporary, target });
  } catch (error) {
    throw refusal(path, error);
  }
}

function outputInto(path: string, handle: FileHandle, place?: { temporary: string; target: string }): Output {
  const refused = (error: unknown): never => {
    throw refusal(path, error);
  };
  return {
    // Unlike write, it writes all of it, where it left off.
    write: (bytes) => handle.writeFile(bytes).catch(refused),
    async finish() {
      await handle.close().catch(refused);
      if (place) await rename(place.temporary, place.target).catch(refused);
    },
    async discard() {
      await handle.close().catch(() => undefined);
      if (place) await rm(place.temporary, { force: true });
    },
  };
}

function whereMissing<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}

const reasons: Record<string, string> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a file system that is read only',
  ENOSPC: 'there is no space left to write it',
  EPIPE: 'whoever reads it has stopped reading',
};

function refusal(path: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason ? new CommandRefused(`${path}: ${reason}`) : error;
}
