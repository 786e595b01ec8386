import { once } from 'node:events';
import type { EntityManager } from 'typeorm';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** `PGCOPY`, its line end, and two lengths of nothing: how a binary COPY begins, and the field count that ends it. */
const head = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const tail = Buffer.from('ffff', 'hex');
const rowsPerStatement = 16_384;
/** PostgreSQL counts microseconds from here. */
const epoch2000Ms = Date.UTC(2000, 0, 1);
const twoToThe32 = 4_294_967_296;

/** What is under way on a connection, which takes one statement at a time. */
export interface Sending {
  last: Promise<void>;
}

/**
 * Rows on their way into one table by binary COPY. The server has no text to read then, which is a
 * good part of the work of storing a number.
 *
 * Source  https://www.postgresql.org/docs/18/sql-copy.html, binary format
 */
export abstract class BinaryCopy {
  private buffer: Buffer;
  private spare: Buffer;
  private size = 0;
  private rows = 0;

  /** @param target the table with its columns, in the order they are written in */
  constructor(
    private readonly db: EntityManager,
    private readonly target: string,
    private readonly columns: number,
    private readonly sending: Sending,
  ) {
    // No column is longer than eight bytes.
    this.buffer = Buffer.allocUnsafeSlow(head.length + rowsPerStatement * (2 + columns * 12) + tail.length);
    this.spare = Buffer.allocUnsafeSlow(this.buffer.length);
  }

  /** Sends what was added, once the statement before has ended. */
  async flush(): Promise<void> {
    await this.sending.last;
    if (this.rows === 0) return;
    const end = this.size + tail.copy(this.buffer, this.size);
    this.sending.last = this.send(this.buffer.subarray(0, end));
    // The failure is met by whoever waits next; until then it must not count as unhandled.
    this.sending.last.catch(() => undefined);
    [this.buffer, this.spare] = [this.spare, this.buffer];
    this.size = 0;
    this.rows = 0;
  }

  protected beginRow(): void {
    if (this.rows === 0) this.size = head.copy(this.buffer);
    this.rows += 1;
    this.size = this.buffer.writeInt16BE(this.columns, this.size);
  }

  /** Whether `flush` is due. */
  protected get isDue(): boolean {
    return this.rows >= rowsPerStatement;
  }

  protected writeBigint(value: number): void {
    // Rounded down, also below zero: the low half is never negative.
    const high = Math.floor(value / twoToThe32);
    this.size = this.buffer.writeInt32BE(8, this.size);
    this.size = this.buffer.writeInt32BE(high, this.size);
    this.size = this.buffer.writeUInt32BE(value - high * twoToThe32, this.size);
  }

  /** @param ms milliseconds since 1970, to the microsecond */
  protected writeInstant(ms: number): void {
    this.writeBigint(Math.round((ms - epoch2000Ms) * 1_000));
  }

  protected writeDouble(value: number): void {
    this.size = this.buffer.writeInt32BE(8, this.size);
    this.size = this.buffer.writeDoubleBE(value, this.size);
  }

  protected writeInteger(value: number): void {
    this.size = this.buffer.writeInt32BE(4, this.size);
    this.size = this.buffer.writeInt32BE(value, this.size);
  }

  protected writeReal(value: number): void {
    this.size = this.buffer.writeInt32BE(4, this.size);
    this.size = this.buffer.writeFloatBE(value, this.size);
  }

  private async send(bytes: Buffer): Promise<void> {
    // In a transaction, TypeORM's query runner hands out its one client.
    const client = (await this.db.queryRunner!.connect()) as ClientBase;
    const stream = client.query(copyFrom(`COPY ${this.target} FROM STDIN (FORMAT binary)`));
    stream.end(bytes);
    await once(stream, 'finish');
  }
}
