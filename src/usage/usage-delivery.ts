import sql, { raw } from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { ensureMonths, InvalidInput, partitionOf, query, queryOne } from '../platform/index.js';
import { conflictingSample, countSeries, createSeries, knownSeries, noteSteps, type DeliveredSeries, type SeriesName } from './delivered-series.queries.js';
import { DayRollUp, type DayOver } from './day-roll-up.js';
import { Extent, monthAround, monthOf, monthsOf, usualStepMs } from './instants.js';
import { RollUpCopy } from './roll-up-copy.js';
import { rollUp, type Span } from './roll-up.queries.js';
import { SampleCopy } from './sample-copy.js';
import type { SeriesSamples } from './usage-sample.js';

export interface UsageDeliveryOptions {
  dataSourceId: string;
  /** What was asked for: no sample lies far behind its end. */
  window: { start: Date; end: Date };
  /** Series the source may have; the samples of more are left out. */
  mostSeries?: number | null;
  /** Told what is left out. */
  refuse: (reason: string, count: number) => void;
}

/** A series in this delivery. */
interface Series {
  id: number;
  /** From here on, samples in order go straight to their partition: there are none yet. */
  freshFromMs: number;
  /** The latest that came in order. */
  lastMs: number;
  lastValue: number;
  /** Whether any went straight to its partition. */
  isCopied: boolean;
  /** Known once it has two samples in one batch. */
  stepMs: number | null;
  days: DayRollUp;
}

const defaultMostSeries = 20_000;
/** Clocks differ by so much. */
const toleranceMs = 5 * 60_000;
/** Longer names are no names, but what somebody has put into a label. */
const longestResourceId = 1_000;

/**
 * Samples on their way into the caller's transaction. A sample that is known already is overwritten
 * by itself; nothing else of a series is touched, so that gaps stay gaps. What lands is rolled up.
 *
 * Samples of days of which nothing is stored yet are copied to where they belong, and rolled up on the
 * way. Others go over a temporary table, half as fast, on which the same one again changes nothing;
 * their days are rolled up by the database.
 */
export class UsageDelivery {
  private readonly series = new Map<string, Series | null>();
  private readonly sending = { last: Promise.resolve() };
  private readonly copies = new Map<string, SampleCopy>();
  private readonly merged: SampleCopy;
  private readonly mergedMonths = new Set<string>();
  private mergedCount = 0;
  private room: number | undefined;
  private isPrepared = false;
  /** Whether one instant of a series may have come twice. */
  private mayRepeat = false;
  private count = 0;
  private changedCount = 0;
  private readonly extent = new Extent();
  private readonly mergedIds = new Set<number>();
  private readonly hours: RollUpCopy;
  private readonly days: RollUpCopy;
  private readonly hourMonths = new Set<string>();

  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
    private readonly options: UsageDeliveryOptions,
  ) {
    this.merged = new SampleCopy(transaction, 'delivered_sample', this.sending);
    this.hours = new RollUpCopy(transaction, 'usage_hour', this.sending);
    this.days = new RollUpCopy(transaction, 'usage_day', this.sending);
  }

  get sampleCount(): number {
    return this.count;
  }

  get seriesCount(): number {
    return [...this.series.values()].filter((series) => series !== null).length;
  }

  /** Whether any sample is new or has another value than before. Known once it is finished. */
  get isChanged(): boolean {
    return this.changedCount > 0;
  }

  /** Instants observed, ISO; the earliest and the latest. Null when there are gaps only. */
  get span(): Span | null {
    return this.extent.span;
  }

  async write(rows: readonly SeriesSamples[]): Promise<void> {
    await this.meet(rows);
    for (const samples of rows) {
      const series = this.series.get(keyOf(samples));
      if (series) await this.writeSeries(series, samples);
      else this.options.refuse('series beyond what the source may have', 1);
    }
  }

  /** @throws InvalidInput when one instant of a series was given two values. */
  async finish(): Promise<void> {
    const known = [...this.series.values()].flatMap((series) => series ?? []);
    for (const series of known) await this.keep(series, series.days.end());
    for (const copy of this.copies.values()) await copy.flush();
    await this.flushHours();
    await this.days.flush();
    this.changedCount = this.count - this.mergedCount;
    const merged = this.mergedCount > 0 ? await this.merge() : null;
    await this.sending.last;
    await noteSteps(this.transaction, new Map(known.flatMap(({ id, stepMs }) => (stepMs === null ? [] : [[`${id}`, stepMs / 1_000]]))));
    if (merged === null) return;
    await ensureMonths(this.database, 'usage_hour', monthsOf(merged));
    await rollUp(this.transaction, [...this.mergedIds].map(String), merged);
  }

  private async keep({ id }: Series, over: DayOver | null): Promise<void> {
    if (over === null) return;
    this.hourMonths.add(monthOf(over.day.startMs));
    for (const hour of over.hours) if (this.hours.add(id, hour)) await this.flushHours();
    if (this.days.add(id, over.day)) await this.days.flush();
  }

  private async flushHours(): Promise<void> {
    await ensureMonths(this.database, 'usage_hour', this.hourMonths);
    this.hourMonths.clear();
    await this.hours.flush();
  }

  private async writeSeries(series: Series, { observedAtMs, values }: SeriesSamples): Promise<void> {
    const { window, refuse } = this.options;
    const [startMs, endMs] = [window.start.getTime(), window.end.getTime()];
    const left = { nonNumbers: 0, negative: 0, late: 0 };
    series.stepMs ??= usualStepMs(observedAtMs);
    series.days.stepMs ??= series.stepMs;
    let copy: SampleCopy | undefined;
    let [copyFromMs, copyToMs] = [Infinity, -Infinity];
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      const atMs = observedAtMs[index]!;
      if (!Number.isFinite(value) || !Number.isFinite(atMs)) left.nonNumbers += 1;
      else if (value < 0) left.negative += 1;
      else if (atMs >= endMs + toleranceMs) left.late += 1;
      else {
        if (atMs >= series.freshFromMs && atMs > series.lastMs && atMs >= startMs && atMs < endMs) {
          if (atMs < copyFromMs || atMs >= copyToMs) {
            [copyFromMs, copyToMs] = monthAround(atMs);
            copy = this.copies.get(monthOf(atMs)) ?? (await this.copyInto(monthOf(atMs)));
          }
          if (copy!.add(series.id, atMs, value)) await copy!.flush();
          const over = series.days.add(atMs, value);
          if (over) await this.keep(series, over);
          series.isCopied = true;
          series.lastMs = atMs;
          series.lastValue = value;
        } else {
          if (atMs === series.lastMs && value === series.lastValue) continue;
          if (!this.isPrepared) await this.prepare();
          if (this.merged.add(series.id, atMs, value)) await this.merged.flush();
          this.mergedMonths.add(monthOf(atMs));
          this.mergedCount += 1;
          this.mergedIds.add(series.id);
          // Samples in the order of their time cannot be of one instant.
          if (atMs <= series.lastMs || atMs >= series.freshFromMs) this.mayRepeat = true;
          else {
            series.lastMs = atMs;
            series.lastValue = value;
          }
        }
        this.count += 1;
        this.extent.add(atMs);
      }
    }
    if (left.nonNumbers > 0) refuse('samples that are no number', left.nonNumbers);
    if (left.negative > 0) refuse('samples below zero', left.negative);
    if (left.late > 0) refuse('samples from after the end of what was asked for', left.late);
  }

  /** Finds or makes the series that have not come yet, as many as the source may have. */
  private async meet(rows: readonly SeriesSamples[]): Promise<void> {
    const { dataSourceId, window, mostSeries } = this.options;
    const unmet = new Map(rows.filter((row) => !this.series.has(keyOf(row))).map((row) => [keyOf(row), row]));
    const names: SeriesName[] = [];
    for (const [key, row] of unmet) {
      if (row.resourceId.length <= longestResourceId) names.push(row);
      else this.series.set(key, null);
    }
    if (names.length === 0) return;
    // The connection takes one statement at a time.
    await this.sending.last;
    let found = await knownSeries(this.transaction, names, window);
    const fresh = names.filter((_, index) => found[index] === null);
    if (fresh.length > 0) {
      this.room ??= (mostSeries ?? defaultMostSeries) - (await countSeries(this.transaction, dataSourceId));
      const taken = fresh.slice(0, Math.max(0, this.room));
      this.room -= taken.length;
      if (taken.length > 0) await createSeries(this.transaction, taken, dataSourceId);
      found = await knownSeries(this.transaction, names, window);
      const lost = taken.find((name) => found[names.indexOf(name)] === null);
      if (lost) throw new Error(`resource "${lost.resourceId}" has samples before it is described`);
    }
    for (const [index, name] of names.entries()) {
      const series = found[index];
      this.series.set(keyOf(name), series ? newcomer(series) : null);
    }
  }

  private async copyInto(month: string): Promise<SampleCopy> {
    await ensureMonths(this.database, 'usage_sample', [month]);
    const copy = new SampleCopy(this.transaction, partitionOf('usage_sample', month), this.sending);
    this.copies.set(month, copy);
    return copy;
  }

  private async prepare(): Promise<void> {
    this.isPrepared = true;
    await this.sending.last;
    await query(
      this.transaction,
      sql`CREATE TEMPORARY TABLE delivered_sample (series_id bigint, observed_at timestamptz, value double precision) ON COMMIT DROP`,
    );
  }

  /** Takes what came over the temporary table. Gives the time in which something is different now. */
  private async merge(): Promise<Span | null> {
    await this.merged.flush();
    await this.sending.last;
    await ensureMonths(this.database, 'usage_sample', this.mergedMonths);
    if (this.mayRepeat) await this.refuseConflicts();
    const { first, last } = this.span!;
    // Without the join, samples that say the same again would each be locked, which costs as much as writing them.
    // In order, neighbours come to lie on one page.
    const { changed, ...span } = await queryOne<{ changed: number; first: Date | null; last: Date | null }>(
      this.transaction,
      sql`WITH written AS (
            INSERT INTO usage_sample AS known (series_id, observed_at, value)
            SELECT ${raw(this.mayRepeat ? 'DISTINCT' : '')} sample.series_id, sample.observed_at, sample.value
              FROM delivered_sample AS sample
              LEFT JOIN usage_sample AS same ON same.series_id = sample.series_id AND same.observed_at = sample.observed_at
                                            AND same.observed_at >= ${first} AND same.observed_at <= ${last}
             WHERE same.value IS DISTINCT FROM sample.value
             ORDER BY sample.series_id, sample.observed_at
            ON CONFLICT (series_id, observed_at) DO UPDATE SET value = excluded.value
              WHERE known.value IS DISTINCT FROM excluded.value
            RETURNING observed_at)
          SELECT count(*)::int AS "changed", min(written.observed_at) AS "first", max(written.observed_at) AS "last" FROM written`,
    );
    this.changedCount += changed;
    return span.first && span.last ? { first: span.first.toISOString(), last: span.last.toISOString() } : null;
  }

  private async refuseConflicts(): Promise<void> {
    const copied = [...this.series.values()].flatMap((series) => (series?.isCopied ? [series] : []));
    const conflict = await conflictingSample(this.transaction, copied);
    if (!conflict) return;
    const { resourceId, metric, observedAt, low, high } = conflict;
    throw new InvalidInput(`${metric} of "${resourceId}" at ${observedAt.toISOString()} is given two values, ${low} and ${high}`);
  }
}

function newcomer({ id, knownUntil }: DeliveredSeries): Series {
  const freshFromMs = knownUntil?.getTime() ?? -Infinity;
  return { id: Number(id), freshFromMs, lastMs: -Infinity, lastValue: NaN, isCopied: false, stepMs: null, days: new DayRollUp() };
}

const keyOf = ({ providerName, resourceId, metric }: SeriesName): string => `${providerName}\n${resourceId}\n${metric}`;
