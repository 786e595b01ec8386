import { open, readFile, type FileHandle } from 'node:fs/promises';
import { lastLines } from './postgres-program.js';

const LARGEST_BYTES = 10 * 1024 * 1024;

/** The server's log file. It is shortened only at a start: a server that runs for ever says little. */
export class ServerLog {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly startsAt: number,
  ) {}

  /** Opened here and inherited by the server, which under its own account may not reach the folder. */
  static async open(path: string): Promise<ServerLog> {
    const file = await open(path, 'a', 0o600);
    const { size } = await file.stat();
    if (size > LARGEST_BYTES) await file.truncate(0);
    return new ServerLog(path, file, size > LARGEST_BYTES ? 0 : size);
  }

  get descriptor(): number {
    return this.file.fd;
  }

  /** What the server has written since the log was opened. */
  async written(): Promise<string> {
    const content = await readFile(this.path);
    return lastLines(content.toString('utf8', this.startsAt));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
