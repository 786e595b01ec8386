import type { UsageMetric } from './usage-metric.js';

/** One observation of one metric of one resource. Where nothing was observed there is no sample. */
export interface UsageSample {
  /** The provider's identifier of the resource (FOCUS ResourceId), known to `resources` before. */
  resourceId: string;
  providerName: string;
  metric: UsageMetric;
  /** An instant in UTC, ISO 8601, for example `2026-09-01T05:00:00Z`; to the microsecond. */
  observedAt: string;
  /** In the unit of the metric (`usageUnits`), finite and not negative. */
  value: number;
}

/** Samples of one series, by column: a million of them are two arrays and not a million objects. */
export interface SeriesSamples {
  resourceId: string;
  providerName: string;
  metric: UsageMetric;
  /** Milliseconds since 1970, UTC; the fraction counts to the microsecond. In any order. */
  observedAtMs: ArrayLike<number>;
  /** One for each instant, in the unit of the metric. NaN and infinity are no values: they are dropped and counted. */
  values: ArrayLike<number>;
}

/** Samples that came row by row, put together by their series. */
export function bySeries(samples: readonly UsageSample[]): SeriesSamples[] {
  const series = new Map<string, SeriesSamples & { observedAtMs: number[]; values: number[] }>();
  for (const { resourceId, providerName, metric, observedAt, value } of samples) {
    const key = `${providerName}\n${resourceId}\n${metric}`;
    let columns = series.get(key);
    if (!columns) series.set(key, (columns = { resourceId, providerName, metric, observedAtMs: [], values: [] }));
    columns.observedAtMs.push(millisecondsOf(observedAt));
    columns.values.push(value);
  }
  return [...series.values()];
}

/** Milliseconds since 1970, with the microseconds that Date.parse drops. */
function millisecondsOf(instant: string): number {
  const microseconds = /\.\d{3}(\d{1,3})/.exec(instant)?.[1]?.padEnd(3, '0') ?? '0';
  return Date.parse(instant) + Number(microseconds) / 1_000;
}
