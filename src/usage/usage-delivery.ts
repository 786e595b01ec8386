import sql, { raw } from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { ensureMonths, InvalidInput, partitionOf, query, queryOne } from '../platform/index.js';
import { conflictingSample, countSeries, createSeries, knownSeries, noteSteps, type SeriesName } from './delivered-series.queries.js';
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
  /** Whether its samples of the window go straight to their partition: there are none yet. */
  isNew: boolean;
  /** The latest that went there. */
  lastMs: number;
  lastValue: number;
  /** Of its first samples, how far apart they are. */
  gapsMs: number[];
}

const defaultMostSeries = 20_000;
/** Clocks differ by so much. */
const toleranceMs = 5 * 60_000;
const mostGaps = 50;
/** Longer names are no names, but what somebody has put into a label. */
const longestResourceId = 1_000;

/**
 * Samples on their way into the caller's transaction. A sample that is known already is overwritten
 * by itself; nothing else of a series is touched, so that gaps stay gaps. What lands is rolled up.
 *
 * Samples of a time of which nothing is stored yet are copied to where they belong. Others take the
 * way over a temporary table, half as fast, on which the same one again changes nothing.
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
  private firstMs = Infinity;
  private lastMs = -Infinity;

  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
    private readonly options: UsageDeliveryOptions,
  ) {
    this.merged = new SampleCopy(transaction, 'delivered_sample', this.sending);
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
    return this.count === 0 ? null : { first: instantOf(this.firstMs), last: instantOf(this.lastMs) };
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
    for (const copy of this.copies.values()) await copy.flush();
    const changed = this.count - this.mergedCount > 0 ? this.span : null;
    this.changedCount = this.count - this.mergedCount;
    const merged = this.mergedCount > 0 ? await this.merge() : null;
    await this.sending.last;
    const span = spanOf([changed, merged]);
    if (span === null) return;
    const known = [...this.series.values()].flatMap((series) => series ?? []);
    await noteSteps(this.transaction, new Map(known.flatMap(({ id, gapsMs }) => (gapsMs.length > 0 ? [[`${id}`, medianOf(gapsMs) / 1_000]] : []))));
    await ensureMonths(this.database, 'usage_hour', monthsOf(span));
    await rollUp(this.transaction, known.map(({ id }) => `${id}`), span);
  }

  private async writeSeries(series: Series, { observedAtMs, values }: SeriesSamples): Promise<void> {
    const { window, refuse } = this.options;
    const [startMs, endMs] = [window.start.getTime(), window.end.getTime()];
    const left = { nonNumbers: 0, negative: 0, late: 0 };
    let copy: SampleCopy | undefined;
    let [copyFromMs, copyToMs] = [Infinity, -Infinity];
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      const atMs = observedAtMs[index]!;
      if (!Number.isFinite(value) || !Number.isFinite(atMs)) left.nonNumbers += 1;
      else if (value < 0) left.negative += 1;
      else if (atMs >= endMs + toleranceMs) left.late += 1;
      else {
        if (series.gapsMs.length < mostGaps && atMs > series.lastMs && series.lastMs > -Infinity) series.gapsMs.push(atMs - series.lastMs);
        if (series.isNew && atMs > series.lastMs && atMs >= startMs && atMs < endMs) {
          if (atMs < copyFromMs || atMs >= copyToMs) {
            [copyFromMs, copyToMs] = monthAround(atMs);
            copy = this.copies.get(monthOf(atMs)) ?? (await this.copyInto(monthOf(atMs)));
          }
          if (copy!.add(series.id, atMs, value)) await copy!.flush();
          series.lastMs = atMs;
          series.lastValue = value;
        } else {
          if (atMs === series.lastMs && value === series.lastValue) continue;
          // Samples in order of their time cannot be of one instant.
          if (atMs <= series.lastMs) this.mayRepeat = true;
          if (!this.isPrepared) await this.prepare();
          if (this.merged.add(series.id, atMs, value)) await this.merged.flush();
          this.mergedMonths.add(monthOf(atMs));
          this.mergedCount += 1;
          if (!series.isNew && atMs > series.lastMs) {
            series.lastMs = atMs;
            series.lastValue = value;
          }
        }
        this.count += 1;
        if (atMs < this.firstMs) this.firstMs = atMs;
        if (atMs > this.lastMs) this.lastMs = atMs;
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
      this.series.set(keyOf(name), series ? { id: Number(series.id), isNew: !series.hasSamples, lastMs: -Infinity, lastValue: NaN, gapsMs: [] } : null);
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
    // What was copied in this delivery is all that its new series have.
    const copied = [...this.series.values()].flatMap((series) => (series?.isNew && series.lastMs > -Infinity ? `${series.id}` : []));
    const conflict = await conflictingSample(this.transaction, copied);
    if (!conflict) return;
    const { resourceId, metric, observedAt, low, high } = conflict;
    throw new InvalidInput(`${metric} of "${resourceId}" at ${observedAt.toISOString()} is given two values, ${low} and ${high}`);
  }
}

const keyOf = ({ providerName, resourceId, metric }: SeriesName): string => `${providerName}\n${resourceId}\n${metric}`;

/** To the microsecond, as PostgreSQL keeps it. */
function instantOf(ms: number): string {
  const microseconds = Math.round((ms - Math.floor(ms)) * 1_000);
  return new Date(Math.floor(ms)).toISOString().replace('Z', `${`${microseconds}`.padStart(3, '0')}Z`);
}

/** Such as `2026-09`. */
const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);

function monthAround(ms: number): [number, number] {
  const date = new Date(ms);
  const startOf = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  return [startOf(0), startOf(1)];
}

function monthsOf({ first, last }: Span): string[] {
  const months = [];
  for (let [at, next] = monthAround(Date.parse(first)); at <= Date.parse(last); [at, next] = monthAround(next)) months.push(monthOf(at));
  return months;
}

function spanOf(spans: readonly (Span | null)[]): Span | null {
  const given = spans.flatMap((span) => span ?? []);
  if (given.length === 0) return null;
  return { first: given.map(({ first }) => first).toSorted()[0]!, last: given.map(({ last }) => last).toSorted().at(-1)! };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
