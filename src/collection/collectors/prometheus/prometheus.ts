import { InvalidInput } from '../../../platform/index.js';
import type { Collection, Collector, Contact, Observations } from '../../collector.js';
import { durationMs } from '../../duration.js';
import { ahead } from './ahead.js';
import { expressionOf } from './expression.js';
import { resourceOf, samplesOf } from './observed.js';
import { presets, queriesOf } from './presets/index.js';
import { queryRange, seriesNow } from './query-range.js';
import type { SeriesQuery } from './series-query.js';
import { settingsSchema, type PrometheusSettings } from './settings.js';

const hourMs = 3_600_000;
/** From here on four weeks are less than a week of five minutes: fewer transactions, none of them longer. */
const coarseMs = 30 * 60_000;

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
  description: 'Utilization from Prometheus, Thanos, Mimir or VictoriaMetrics, by presets and by any PromQL.',
  settingsSchema,
  callLimits: { perRun: 20_000, perDay: null },

  windowPolicy({ step, firstReach, overlap, ...settings }) {
    const stepMs = stepMsOf(step);
    if (askedOf(settings).length === 0) throw new InvalidInput('prometheus needs something to ask for: name "presets", or give "queries"', ['settings', 'presets']);
    return { firstReach, overlap, align: { start: step, end: step }, delay: 'PT1M', step: stepMs < coarseMs ? 'P7D' : 'P28D' };
  },

  async *collect(settings, collection) {
    yield* ahead(everythingOf(settings, collection));
  },

  async test(settings, contact) {
    const found: string[] = [];
    for (const { name, queries } of askedOf(settings)) {
      const series = await countNow(settings, queries, contact);
      found.push(`${series === 0 ? 'none' : series} of ${name}`);
    }
    return `${new URL(settings.url).host} answers with series of now: ${found.join(', ')}`;
  },
};

/** What the settings ask for, by the names that people know it by. */
function askedOf({ presets: chosen, queries, providerName }: Pick<PrometheusSettings, 'presets' | 'queries' | 'providerName'>): { name: string; queries: readonly SeriesQuery[] }[] {
  const own = queries.length === 0 ? [] : [{ name: 'own queries', queries }];
  return [...presets.filter(({ name }) => chosen.includes(name)).map((preset) => ({ name: preset.name, queries: queriesOf(preset, providerName) })), ...own];
}

async function* everythingOf(settings: PrometheusSettings, collection: Collection): AsyncGenerator<Observations> {
  for (const { queries } of askedOf(settings)) {
    for (const asked of queries) yield* observed(settings, asked, collection);
  }
}

async function* observed(settings: PrometheusSettings, asked: SeriesQuery, { window, ...contact }: Collection): AsyncGenerator<Observations> {
  const { signal, report } = contact;
  // That something is there need not be asked for as often as what it does.
  const stepMs = Math.max(stepMsOf(settings.step), asked.observes === 'resources' ? hourMs : 0);
  const { text, lookBackMs } = expressionOf(asked.query, { stepMs, selector: settings.selector });
  const range = { startMs: window.start.getTime(), endMs: window.end.getTime(), stepMs, lookBackMs };
  const known = new Set<string>();
  for await (const answer of queryRange(settings, text, range, contact)) {
    signal.throwIfAborted();
    const named = answer.flatMap((series) => {
      const resource = resourceOf(asked, settings.cluster === undefined ? series : { ...series, labels: { cluster: settings.cluster, ...series.labels } });
      if (!resource) report.refuse('series without a label that the resource is named by');
      return resource ? [{ series, resource }] : [];
    });
    const fresh = named.filter(({ resource }) => !known.has(resource.resourceId));
    for (const { resource } of fresh) known.add(resource.resourceId);
    if (fresh.length > 0) yield { kind: 'resources', rows: fresh.map(({ resource }) => resource) };
    const { observes, metric } = asked;
    if (observes === 'resources' || !metric) continue;
    yield { kind: observes, rows: named.map(({ series, resource }) => samplesOf(asked, metric, series, resource)) };
  }
}

async function countNow(settings: PrometheusSettings, queries: readonly SeriesQuery[], contact: Contact): Promise<number> {
  const stepMs = stepMsOf(settings.step);
  let series = 0;
  for (const { query } of queries) series += await seriesNow(settings, expressionOf(query, { stepMs, selector: settings.selector }).text, contact);
  return series;
}

function stepMsOf(step: string): number {
  const stepMs = durationMs(step);
  // What does not divide a day would be at other hours every day.
  if (stepMs !== null && stepMs >= 1_000 && 86_400_000 % stepMs === 0) return stepMs;
  throw new InvalidInput(`setting "step" of prometheus needs a duration that divides a day, such as PT5M or PT1H, got "${step}"`, ['settings', 'step']);
}
