import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { CopyWriter, ensureMonths, InvalidInput, query, queryOne } from '../platform/index.js';
import { usageUnits } from './usage-metric.js';
import type { SeriesSamples } from './usage-sample.js';

/**
 * Samples on their way into the caller's transaction. A sample that is known already is
 * overwritten by itself; nothing else of a series is touched, so that gaps stay gaps.
 */
export class UsageDelivery {
  private readonly seriesIds = new Map<string, string>();
  private readonly months = new Set<string>();
  private readonly writer: CopyWriter;
  private isPrepared = false;
  private count = 0;
  private changedCount = 0;
  private first = '9999';
  private last = '0000';

  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
    private readonly dataSourceId: string,
  ) {
    this.writer = new CopyWriter(transaction, 'delivered_sample (series_id, observed_at, value)');
  }

  get sampleCount(): number {
    return this.count;
  }

  get seriesCount(): number {
    return this.seriesIds.size;
  }

  /** Whether any sample is new or has another value than before. Known once it is finished. */
  get isChanged(): boolean {
    return this.changedCount > 0;
  }

  /** Instants observed, ISO; the earliest and the latest. Null when there are gaps only. */
  get span(): { first: string; last: string } | null {
    return this.count === 0 ? null : { first: this.first, last: this.last };
  }

  async write(rows: readonly SeriesSamples[]): Promise<void> {
    await this.prepare();
    for (const series of rows) {
      const key = `${series.providerName}\n${series.resourceId}\n${series.metric}`;
      const seriesId = this.seriesIds.get(key) ?? (await this.begin(series, key));
      for (let index = 0; index < series.values.length; index += 1) {
        const value = series.values[index]!;
        if (!Number.isFinite(value)) continue;
        const observedAt = instantOf(series.observedAtMs[index]!);
        if (observedAt < this.first) this.first = observedAt;
        if (observedAt > this.last) this.last = observedAt;
        this.months.add(observedAt.slice(0, 7));
        this.count += 1;
        if (this.writer.add(`${seriesId}\t${observedAt}\t${value}`)) await this.writer.flush();
      }
    }
  }

  /** @throws InvalidInput when one instant of a series was given two values. */
  async finish(): Promise<void> {
    if (!this.isPrepared) return;
    await this.writer.end();
    await this.refuseConflicts();
    await ensureMonths(this.database, 'usage_sample', this.months);
    const { changed } = await queryOne<{ changed: number }>(
      this.transaction,
      sql`WITH written AS (
            INSERT INTO usage_sample AS known (series_id, observed_at, value)
            SELECT DISTINCT sample.series_id, sample.observed_at, sample.value FROM delivered_sample AS sample
            ON CONFLICT (series_id, observed_at) DO UPDATE SET value = excluded.value
              WHERE known.value IS DISTINCT FROM excluded.value
            RETURNING 1)
          SELECT count(*)::int AS "changed" FROM written`,
    );
    this.changedCount = changed;
  }

  private async prepare(): Promise<void> {
    if (this.isPrepared) return;
    this.isPrepared = true;
    await query(
      this.transaction,
      sql`CREATE TEMPORARY TABLE delivered_sample (series_id bigint, observed_at timestamptz, value double precision) ON COMMIT DROP`,
    );
  }

  private async begin(sample: SeriesSamples, key: string): Promise<string> {
    await this.writer.end();
    const [series] = await query<{ id: string }>(
      this.transaction,
      sql`INSERT INTO usage_series AS known (resource_id, metric, unit, data_source_id)
          SELECT resource.id, ${sample.metric}, ${usageUnits[sample.metric]}, ${this.dataSourceId}
            FROM resource
           WHERE resource.provider_name = ${sample.providerName} AND resource.resource_id = ${sample.resourceId}
          ON CONFLICT (resource_id, metric) DO UPDATE SET data_source_id = known.data_source_id
          RETURNING id::text`,
    );
    if (!series) throw new Error(`resource "${sample.resourceId}" has samples before it is described`);
    this.seriesIds.set(key, series.id);
    return series.id;
  }

  private async refuseConflicts(): Promise<void> {
    const [conflict] = await query<{ resourceId: string; metric: string; observedAt: Date; low: number; high: number }>(
      this.transaction,
      sql`SELECT resource.resource_id AS "resourceId", series.metric, sample.observed_at AS "observedAt",
                 min(sample.value) AS "low", max(sample.value) AS "high"
            FROM delivered_sample AS sample
            JOIN usage_series AS series ON series.id = sample.series_id
            JOIN resource ON resource.id = series.resource_id
           GROUP BY 1, 2, 3
          HAVING min(sample.value) <> max(sample.value)
           ORDER BY 3
           LIMIT 1`,
    );
    if (!conflict) return;
    const { resourceId, metric, observedAt, low, high } = conflict;
    throw new InvalidInput(
      `${metric} of "${resourceId}" at ${observedAt.toISOString()} is given two values, ${low} and ${high}`,
    );
  }
}

/** To the microsecond, as PostgreSQL keeps it. */
function instantOf(ms: number): string {
  const microseconds = Math.round((ms - Math.floor(ms)) * 1_000);
  return new Date(Math.floor(ms)).toISOString().replace('Z', `${microseconds}`.padStart(3, '0') + 'Z');
}
