import sql from 'sql-template-tag';
import { queryOne, type Database } from '../platform/index.js';
import { usageUnits } from './usage-metric.js';
import type { SeriesSamples } from './usage-sample.js';

/** What a delivery saw of the size of one thing. */
interface SeenLimits extends Pick<SeriesSamples, 'providerName' | 'resourceId' | 'metric'> {
  sizes: { atMs: number; limit: number }[];
}

/**
 * How large resources were seen to be, on its way into the caller's transaction. Kept is a row for each
 * change: what was seen again at the same size says nothing new, and what was not seen changes nothing.
 * Within the time of which sizes come, they replace what was known.
 */
export class LimitsDelivery {
  private readonly seen = new Map<string, SeenLimits>();
  private changedCount = 0;

  constructor(
    private readonly transaction: Database,
    private readonly refuse: (reason: string, count: number) => void,
  ) {}

  /** Whether any size is another than what was known. Known once it is finished. */
  get isChanged(): boolean {
    return this.changedCount > 0;
  }

  write(rows: readonly SeriesSamples[]): void {
    for (const { providerName, resourceId, metric, observedAtMs, values } of rows) {
      const key = `${providerName}\n${resourceId}\n${metric}`;
      const known = this.seen.get(key) ?? { providerName, resourceId, metric, sizes: [] };
      const sizes = Array.from(values, (limit, index) => ({ atMs: observedAtMs[index]!, limit }))
        .filter(({ atMs, limit }) => Number.isFinite(atMs) && Number.isFinite(limit) && limit >= 0);
      if (sizes.length < values.length) this.refuse('sizes that are no number of zero or more', values.length - sizes.length);
      if (sizes.length > 0) this.seen.set(key, { ...known, sizes: endsAndChanges([...known.sizes, ...sizes]) });
    }
  }

  /** @throws Error when a resource has a size before it is described */
  async finish(): Promise<void> {
    if (this.seen.size === 0) return;
    const rows = [...this.seen.values()].map(({ sizes, ...series }) => ({
      ...series,
      unit: usageUnits[series.metric],
      first: instant(sizes[0]!.atMs),
      last: instant(sizes.at(-1)!.atMs),
      lastLimit: sizes.at(-1)!.limit,
      changes: sizes.filter(({ limit }, index) => limit !== sizes[index - 1]?.limit).map(({ atMs, limit }) => ({ at: instant(atMs), limit })),
    }));
    const { seriesCount, changedCount } = await queryOne<{ seriesCount: number; changedCount: number }>(
      this.transaction,
      sql`WITH series AS MATERIALIZED (
            SELECT resource.id AS resource_id, seen.metric, seen.unit, seen.first, seen.last, seen."lastLimit" AS last_limit, seen.changes
              FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS seen (
                   "providerName" text, "resourceId" text, metric text, unit text, first timestamptz, last timestamptz,
                   "lastLimit" double precision, changes jsonb)
              JOIN resource ON resource.provider_name = seen."providerName" AND resource.resource_id = seen."resourceId"),
          step AS (
            SELECT series.resource_id, series.metric, series.unit, change.at, change."limit"
              FROM series, jsonb_to_recordset(series.changes) AS change (at timestamptz, "limit" double precision)
             WHERE change.at > series.first
                OR change."limit" IS DISTINCT FROM (
                   SELECT before.limit_value FROM observed_limit AS before
                    WHERE before.resource_id = series.resource_id AND before.metric = series.metric AND before.effective_from < series.first
                    ORDER BY before.effective_from DESC LIMIT 1)),
          gone AS (
            DELETE FROM observed_limit AS known USING series
             WHERE known.resource_id = series.resource_id AND known.metric = series.metric
               AND (known.effective_from BETWEEN series.first AND series.last
                    AND NOT EXISTS (SELECT FROM step WHERE step.resource_id = known.resource_id AND step.metric = known.metric AND step.at = known.effective_from)
                    -- What comes next is no change any more.
                    OR known.limit_value = series.last_limit AND known.effective_from = (
                       SELECT min(later.effective_from) FROM observed_limit AS later
                        WHERE later.resource_id = series.resource_id AND later.metric = series.metric AND later.effective_from > series.last))
            RETURNING known.id),
          written AS (
            INSERT INTO observed_limit AS known (resource_id, metric, unit, effective_from, limit_value)
            SELECT step.resource_id, step.metric, step.unit, step.at, step."limit" FROM step
            ON CONFLICT (resource_id, metric, effective_from) DO UPDATE SET limit_value = excluded.limit_value
              WHERE known.limit_value <> excluded.limit_value
            RETURNING known.id)
          SELECT (SELECT count(*) FROM series)::int AS "seriesCount",
                 ((SELECT count(*) FROM gone) + (SELECT count(*) FROM written))::int AS "changedCount"`,
    );
    if (seriesCount < rows.length) throw new Error(`${rows.length - seriesCount} resources have a size before they are described`);
    this.changedCount = changedCount;
  }
}

/** In the order of time: the first and the last, and every one that differs from the one before. */
function endsAndChanges(sizes: SeenLimits['sizes']): SeenLimits['sizes'] {
  const ordered = sizes.toSorted((left, right) => left.atMs - right.atMs);
  return ordered.filter(({ limit }, index) => index === ordered.length - 1 || limit !== ordered[index - 1]?.limit);
}

const instant = (atMs: number): string => new Date(atMs).toISOString();
