import type { EntityManager } from 'typeorm';
import { BinaryCopy, type Sending } from './binary-copy.js';
import type { RolledUp } from './day-roll-up.js';

/** Roll-ups on their way into their table. */
export class RollUpCopy extends BinaryCopy {
  constructor(db: EntityManager, table: 'usage_hour' | 'usage_day', sending: Sending) {
    const start = table === 'usage_hour' ? 'hour_start' : 'day_start';
    super(db, `${table} (series_id, ${start}, mean, maximum, p95, sample_count, coverage)`, 7, sending);
  }

  /** Adds a roll-up. True when `flush` is due. */
  add(seriesId: number, { startMs, mean, maximum, p95, sampleCount, coverage }: RolledUp): boolean {
    this.beginRow();
    this.writeBigint(seriesId);
    this.writeInstant(startMs);
    this.writeDouble(mean);
    this.writeDouble(maximum);
    this.writeDouble(p95);
    this.writeInteger(sampleCount);
    this.writeReal(coverage);
    return this.isDue;
  }
}
