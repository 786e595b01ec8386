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

/**
 * Rows on their way into a table by COPY, some megabytes a statement, inside the caller's
 * transaction. While one statement is under way the caller goes on making rows; two never are.
 *
 * Between statements the connection is free, so that `beforeFlush` can prepare the table.
 */
export class CopyWriter {
  private lines: string[] = [];
  private size = 0;
  private inFlight: Promise<void> = Promise.resolve();
  private static readonly flushAt = 4 * 1024 * 1024;

  constructor(
    private readonly db: EntityManager,
    private readonly target: string,
    private readonly beforeFlush: () => Promise<void> = async () => undefined,
  ) {}

  /** Adds one line in COPY's text format, without its line end. True when `flush` is due. */
  add(line: string): boolean {
    this.lines.push(line);
    this.size += line.length;
    return this.size >= CopyWriter.flushAt;
  }

  /** Sends what was added, once the statement before has ended. */
  async flush(): Promise<void> {
    await this.inFlight;
    if (this.lines.length === 0) return;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    this.size = 0;
    await this.beforeFlush();
    this.inFlight = this.send(text);
    // The failure is met by whoever waits next; until then it must not count as unhandled.
    this.inFlight.catch(() => undefined);
  }

  /** Sends the rest and waits until the server has taken all of it. */
  async end(): Promise<void> {
    await this.flush();
    await this.inFlight;
  }

  private async send(text: string): Promise<void> {
    // In a transaction, TypeORM's query runner hands out its one client.
    const client = (await this.db.queryRunner!.connect()) as ClientBase;
    const stream = client.query(copyFrom(`COPY ${this.target} FROM STDIN`));
    stream.end(text);
    await once(stream, 'finish');
  }
}
