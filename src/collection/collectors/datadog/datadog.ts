import { InvalidInput } from '../../../platform/index.js';
import type { SeriesSamples } from '../../../usage/index.js';
import type { Collector } from '../../collector.js';
import { durationMs } from '../../duration.js';
import { resourceOfLabels } from '../../labelled-resource.js';
import { expressionOf } from './expression.js';
import { presets } from './presets.js';
import type { DatadogQuery } from './query.js';
import { settingsSchema, type DatadogSettings } from './settings.js';
import { addressOf, timeseries, type Series } from './timeseries.js';

const hourMs = 3_600_000;

/**
 * Utilization from Datadog. Each query gives samples of one metric, rolled up by the step; its tags say
 * of which resource. A value is of the step that begins at its instant. Where Datadog has none there is none.
 *
 * Unit    what the query gives, times `factor`.
 * Throws  CollectorUnavailable on 5xx, 429 and silence; CollectorRejected on keys and queries that Datadog
 *         refuses, and when it keeps no values of that step.
 * Source  https://docs.datadoghq.com/api/latest/metrics/
 */
export const datadog: Collector<DatadogSettings> = {
  name: 'datadog',
  description: 'Utilization from Datadog, by any metric query.',
  settingsSchema,
  callLimits: { perRun: 20_000, perDay: null },

  windowPolicy(settings) {
    const { step, firstReach, overlap, delay } = settings;
    const stepMs = stepMsOf(step);
    const asked = queriesOf(settings);
    if (asked.length === 0) throw new InvalidInput('datadog needs a query or a preset, got none', ['settings', 'queries']);
    for (const { query } of asked) expressionOf(query, stepMs / 1_000);
    return { firstReach, overlap, align: { start: step, end: step }, delay, step: 'P7D' };
  },

  async *collect(settings, { window, ...contact }) {
    const stepMs = stepMsOf(settings.step);
    const range = { startMs: window.start.getTime(), endMs: window.end.getTime(), stepMs };
    for (const asked of queriesOf(settings)) {
      const known = new Set<string>();
      for await (const answer of timeseries(settings, asked.query, range, contact)) {
        const named = answer.filter(({ values }) => values.length > 0).flatMap((series) => {
          const resource = resourceOfLabels(asked, series.tags, series.timesMs[0]!, series.timesMs.at(-1)!);
          if (!resource) contact.report.refuse('series without a tag that the resource is named by');
          return resource ? [{ series, resource }] : [];
        });
        const fresh = named.filter(({ resource }) => !known.has(resource.resourceId) && known.add(resource.resourceId));
        if (fresh.length > 0) yield { kind: 'resources', rows: fresh.map(({ resource }) => resource) };
        if (named.length > 0) yield { kind: asked.observes, rows: named.map(({ series, resource }) => samplesOf(asked, series, resource)) };
      }
    }
  },

  async test(settings, trial) {
    const stepMs = stepMsOf(settings.step);
    const endMs = Math.floor(trial.now.getTime() / stepMs) * stepMs;
    const range = { startMs: endMs - Math.max(stepMs, Math.floor(hourMs / stepMs) * stepMs), endMs, stepMs };
    const asked = queriesOf(settings);
    let count = 0;
    for (const { query } of asked) {
      for await (const answer of timeseries(settings, query, range, trial)) count += answer.filter(({ values }) => values.length > 0).length;
    }
    return `${new URL(addressOf(settings)).host} answers: ${asked.length} queries give ${count} series from ${new Date(range.startMs).toISOString()} on`;
  },
};

const queriesOf = ({ presets: named, queries }: DatadogSettings): DatadogQuery[] => [...named.flatMap((preset) => presets[preset]), ...queries];

function stepMsOf(step: string): number {
  const stepMs = durationMs(step);
  // Datadog rolls up by whole seconds of the epoch, and what does not divide a day would be at other hours every day.
  if (stepMs !== null && stepMs >= 1_000 && 86_400_000 % stepMs === 0 && stepMs % 1_000 === 0) return stepMs;
  throw new InvalidInput(`setting "step" of datadog needs a duration that divides a day, such as PT5M or PT1H, got "${step}"`, ['settings', 'step']);
}

function samplesOf({ metric, factor }: DatadogQuery, { timesMs, values }: Series, { providerName, resourceId }: { providerName: string; resourceId: string }): SeriesSamples {
  return { providerName, resourceId, metric, observedAtMs: Float64Array.from(timesMs), values: Float64Array.from(values, (value) => value * factor) };
}
