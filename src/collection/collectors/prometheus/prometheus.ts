import { InvalidInput } from '../../../platform/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import type { SeriesSamples } from '../../../usage/index.js';
import type { Collector } from '../../collector.js';
import { durationMs } from '../../duration.js';
import { queryRange, seriesNow, type RangeSeries } from './query-range.js';
import { settingsSchema, type PrometheusQuery, type PrometheusSettings } from './settings.js';

/**
 * Utilization from a Prometheus server, or from what speaks its API: Thanos, Mimir, VictoriaMetrics.
 * Each query gives samples of one metric, a step apart; its labels say of which resource.
 *
 * A query with `$step` looks back over the step, as `avg_over_time(x[$step])` does: its value belongs
 * to the step before the instant it is asked at, and is stored at the start of that step. Any other
 * query is of the instant itself.
 *
 * Unit    what the query gives, times `factor`.
 * Throws  CollectorUnavailable on 5xx, 429 and silence; CollectorRejected on what the server refuses.
 * Source  https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export const prometheus: Collector<PrometheusSettings> = {
  name: 'prometheus',
  description: 'Utilization from Prometheus, Thanos, Mimir or VictoriaMetrics, by any PromQL.',
  settingsSchema,
  callLimits: { perRun: 20_000, perDay: null },

  windowPolicy({ step, firstReach, overlap }) {
    stepMsOf(step);
    return { firstReach, overlap, align: { start: step, end: step }, delay: 'PT1M', step: 'P7D' };
  },

  async *collect(settings, { window, signal, report, pause }) {
    const stepMs = stepMsOf(settings.step);
    for (const asked of settings.queries) {
      const expression = asked.query.replaceAll('$step', `${stepMs / 1_000}s`);
      const lookBackMs = expression === asked.query ? 0 : stepMs;
      const range = { startMs: window.start.getTime() + lookBackMs, endMs: window.end.getTime() + lookBackMs, stepMs };
      const known = new Set<string>();
      for await (const answer of queryRange(settings, expression, range, { signal, report, pause })) {
        signal.throwIfAborted();
        const named = answer.flatMap((series) => {
          const resource = resourceOf(asked, series, lookBackMs);
          if (!resource) report.refuse('series without a label that the resource is named by');
          return resource ? [{ series, resource }] : [];
        });
        const fresh = named.filter(({ resource }) => !known.has(resource.resourceId));
        for (const { resource } of fresh) known.add(resource.resourceId);
        if (fresh.length > 0) yield { kind: 'resources', rows: fresh.map(({ resource }) => resource) };
        yield { kind: 'usage', rows: named.map(({ series, resource }) => samplesOf(asked, series, resource, lookBackMs)) };
      }
    }
  },

  async test(settings, contact) {
    const stepSeconds = stepMsOf(settings.step) / 1_000;
    let series = 0;
    for (const { query } of settings.queries) series += await seriesNow(settings, query.replaceAll('$step', `${stepSeconds}s`), contact);
    return `${new URL(settings.url).host} answers: ${settings.queries.length} queries give ${series} series now`;
  },
};

function stepMsOf(step: string): number {
  const stepMs = durationMs(step);
  // What does not divide a day would be at other hours every day.
  if (stepMs !== null && stepMs >= 1_000 && 86_400_000 % stepMs === 0) return stepMs;
  throw new InvalidInput(`setting "step" of prometheus needs a duration that divides a day, such as PT5M or PT1H, got "${step}"`, ['settings', 'step']);
}

function samplesOf({ metric, factor }: PrometheusQuery, { values }: RangeSeries, { providerName, resourceId }: ResourceDescription, lookBackMs: number): SeriesSamples {
  const observedAtMs = new Float64Array(values.length);
  const scaled = new Float64Array(values.length);
  for (const [index, [seconds, value]] of values.entries()) {
    observedAtMs[index] = seconds * 1_000 - lookBackMs;
    // Number gives NaN for "NaN", "+Inf" and "-Inf" alike; whoever stores drops and counts it.
    scaled[index] = Number(value) * factor;
  }
  return { providerName, resourceId, metric, observedAtMs, values: scaled };
}

/** What a series is about; null where a label that names it is missing. */
function resourceOf(asked: PrometheusQuery, { metric: labels, values }: RangeSeries, lookBackMs: number): ResourceDescription | null {
  const fill = (template: string | undefined): string | null => {
    if (template === undefined) return null;
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    return names.every((name) => labels[name]) ? template.replace(/\{(\w+)\}/g, (_, name: string) => labels[name]!) : null;
  };
  const resourceId = fill(asked.resourceId);
  const [first, last] = [values[0], values.at(-1)];
  if (resourceId === null || !first || !last) return null;
  return {
    providerName: asked.providerName,
    resourceId,
    resourceName: fill(asked.resourceName),
    resourceType: asked.resourceType ?? null,
    serviceName: asked.serviceName,
    serviceCategory: asked.serviceCategory,
    regionId: fill(asked.regionId),
    subAccountId: fill(asked.subAccountId),
    tags: Object.fromEntries(asked.tagLabels.flatMap((label) => (labels[label] ? [[label, labels[label]]] : []))),
    gpu: null,
    firstSeenAt: new Date(first[0] * 1_000 - lookBackMs).toISOString(),
    lastSeenAt: new Date(last[0] * 1_000 - lookBackMs).toISOString(),
  };
}
