import { UsageMetric, type UsageSample } from '../../../usage/index.js';
import { DAY_MS, HOUR_MS, instant } from './calendar.js';
import { buckets, gpuPools, volumes, type DemoResource, type GpuPool } from './catalogue/index.js';
import type { Growth } from './growth.js';
import { hoursIntoOutage, poolHistory } from './pool-history.js';
import { shareSamples } from './share-samples.js';
import { randomOf } from './random.js';
import { daysAgoAt, type Timeline } from './settings.js';

const BATCH_SIZE = 5_000;
/** Scrapes fail now and then, each for all metrics of a pool at once. */
const MISSED_SHARE = 0.003;

/** Every sample of the story, series by series, each series in the order of time. */
export function* sampleBatches(timeline: Timeline): Generator<UsageSample[]> {
  let batch: UsageSample[] = [];
  for (const sample of samples(timeline)) {
    batch.push(sample);
    if (batch.length === BATCH_SIZE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function* samples(timeline: Timeline): Generator<UsageSample> {
  for (const pool of gpuPools) yield* poolSamples(pool, timeline);
  for (const { resource, gib, inodes } of volumes) {
    yield* levelSamples(resource, UsageMetric.STORAGE, gib.used, 6 * HOUR_MS, timeline);
    if (inodes !== null) yield* levelSamples(resource, UsageMetric.STORAGE_INODES, inodes.used, 6 * HOUR_MS, timeline);
  }
  // Providers publish the size of a bucket once a day.
  for (const { resource, gib } of buckets) yield* levelSamples(resource, UsageMetric.STORAGE, gib, DAY_MS, timeline);
}

function* poolSamples(pool: GpuPool, timeline: Timeline): Generator<UsageSample> {
  const { providerName, resourceId } = pool.resource;
  const history = poolHistory(pool, timeline);
  const random = randomOf(timeline.seed, `${resourceId}/missed`);
  const observed: { hour: number; observedAt: string }[] = [];
  for (let hour = 0; hour < history.requested.length; hour += 1) {
    const ms = timeline.startMs + hour * HOUR_MS;
    const isMissed = random.uniform() < MISSED_SHARE || isUnwatched(pool, daysAgoAt(timeline, ms));
    if (!isMissed) observed.push({ hour, observedAt: instant(ms) });
  }

  const series = [
    { metric: UsageMetric.GPU_REQUESTED, values: history.requested, precision: 1 },
    { metric: UsageMetric.GPU_ALLOCATED, values: history.allocated, precision: 1 },
    { metric: UsageMetric.GPU_UTILIZATION, values: history.utilization, precision: 10_000 },
    { metric: UsageMetric.GPU_MEMORY, values: history.memoryGib, precision: 10 },
  ];
  for (const { metric, values, precision } of series) {
    for (const { hour, observedAt } of observed) {
      yield { resourceId, providerName, metric, observedAt, value: Math.round(values[hour]! * precision) / precision };
    }
  }
  yield* shareSamples(pool, history, observed.map(({ hour }) => hour), timeline);
}

/** At first an outage takes the monitoring with it: nothing is known of those hours, not even that demand was zero. */
function isUnwatched(pool: GpuPool, daysAgo: number): boolean {
  const hoursSince = hoursIntoOutage(pool, daysAgo);
  return hoursSince !== null && hoursSince < pool.outage!.unobservedHours;
}

/** A level that is read every `stepMs`, with the small comings and goings of temporary files. */
function* levelSamples(
  { providerName, resourceId }: DemoResource,
  metric: UsageMetric,
  used: Growth,
  stepMs: number,
  timeline: Timeline,
): Generator<UsageSample> {
  const random = randomOf(timeline.seed, `${resourceId}/${metric}`);
  for (let ms = timeline.startMs; ms < timeline.endMs; ms += stepMs) {
    const value = Math.round(used(daysAgoAt(timeline, ms)) * (1 + 0.003 * random.normal()));
    // Drawn after the value, so that a missed reading does not shift the noise of the later ones.
    if (random.uniform() < MISSED_SHARE) continue;
    yield { resourceId, providerName, metric, observedAt: instant(ms), value };
  }
}
