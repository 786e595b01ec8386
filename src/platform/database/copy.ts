import { once } from 'node:events';
import type { EntityManager } from 'typeorm';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Characters that COPY's text format gives a meaning of their own. */
const special = /[\\\n\r\t]/;
const specials = /[\\\n\r\t]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in COPY's text format; null is SQL's NULL. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  return special.test(value) ? value.replace(specials, (character) => escapes[character]!) : value;
}

const lineFeed = 0x0a;
const flushAt = 4 * 1024 * 1024;
/** Room for the line that makes a flush due; a longer one makes room for itself. */
const usualLine = 64 * 1024;

/**
 * Rows on their way into a table by COPY, some megabytes a statement, inside the caller's
 * transaction. While one statement is under way the caller goes on making rows; two never are.
 *
 * Between statements the connection is free, so that `beforeFlush` can prepare the table.
 */
export class CopyWriter {
  // Two buffers by turns: kept as strings, lines would outlive several garbage collections.
  private lines = Buffer.allocUnsafeSlow(flushAt + usualLine);
  private spare = Buffer.allocUnsafeSlow(flushAt + usualLine);
  private size = 0;
  private lastLineAt = 0;
  private inFlight: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: EntityManager,
    private readonly target: string,
    private readonly beforeFlush: () => Promise<void> = async () => undefined,
  ) {}

  /** The line that was added last, as it is sent; valid until the next call. */
  get lastLine(): Buffer {
    return this.lines.subarray(this.lastLineAt, this.size - 1);
  }

  /** Adds one line in COPY's text format, without its line end. True when `flush` is due. */
  add(line: string): boolean {
    // UTF-8 takes at most three bytes for a unit of a JavaScript string.
    const mostBytes = this.size + line.length * 3 + 1;
    if (mostBytes > this.lines.length) this.lines = Buffer.concat([this.lines], mostBytes);
    this.lastLineAt = this.size;
    this.size += this.lines.write(line, this.size);
    this.lines[this.size] = lineFeed;
    this.size += 1;
    return this.size >= flushAt;
  }

  /** Sends what was added, once the statement before has ended. */
  async flush(): Promise<void> {
    await this.inFlight;
    if (this.size === 0) return;
    await this.beforeFlush();
    this.inFlight = this.send(this.lines.subarray(0, this.size));
    [this.lines, this.spare] = [this.spare, this.lines];
    this.size = 0;
    // The failure is met by whoever waits next; until then it must not count as unhandled.
    this.inFlight.catch(() => undefined);
  }

  /** Sends the rest and waits until the server has taken all of it. */
  async end(): Promise<void> {
    await this.flush();
    await this.inFlight;
  }

  private async send(bytes: Buffer): Promise<void> {
    // In a transaction, TypeORM's query runner hands out its one client.
    const client = (await this.db.queryRunner!.connect()) as ClientBase;
    const stream = client.query(copyFrom(`COPY ${this.target} FROM STDIN`));
    stream.end(bytes);
    await once(stream, 'finish');
  }
}
