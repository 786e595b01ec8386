import type { EntityManager } from 'typeorm';
import { BinaryCopy, type Sending } from './binary-copy.js';

/** Samples on their way into a partition, or into a table like one. */
export class SampleCopy extends BinaryCopy {
  constructor(db: EntityManager, table: string, sending: Sending) {
    super(db, `${table} (series_id, observed_at, value)`, 3, sending);
  }

  /** Adds a sample. True when `flush` is due. */
  add(seriesId: number, observedAtMs: number, value: number): boolean {
    this.beginRow();
    this.writeBigint(seriesId);
    this.writeInstant(observedAtMs);
    this.writeDouble(value);
    return this.isDue;
  }
}
