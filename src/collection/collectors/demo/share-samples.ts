import { UsageMetric, type SeriesSamples, type UsageSample } from '../../../usage/index.js';
import { DAY_MS, HOUR_MS, instant } from './calendar.js';
import { gpuShares, nodeGroups, type GpuPool } from './catalogue/index.js';
import { poolHistory, usedNodes, type PoolHistory } from './pool-history.js';
import { daysAgoAt, type Timeline } from './settings.js';

/** Weights come and go with these, so that no share is a constant part of its pool. */
const WAVE = 0.12;
const WAVE_DAYS = 19;

/** What each team had of a pool, in the hours in which the pool was observed. */
export function* shareSamples(pool: GpuPool, { allocated }: PoolHistory, observedHours: readonly number[], timeline: Timeline): Generator<UsageSample> {
  const ofPool = gpuShares.filter((share) => share.pool === pool);
  for (const [number, { resource, weight, unit, daysAgo: since }] of ofPool.entries()) {
    for (const hour of observedHours) {
      const ms = timeline.startMs + hour * HOUR_MS;
      const daysAgo = daysAgoAt(timeline, ms);
      if (daysAgo > since) continue;
      // Neighbours are in opposite phases: together they never have more than the pool.
      const wave = WAVE * Math.sin((2 * Math.PI * ms) / DAY_MS / WAVE_DAYS) * (number === 0 ? -ofPool[1]!.weight / weight : number === 1 ? 1 : 0);
      const units = Math.floor((allocated[hour]! * weight * (1 + wave)) / unit);
      yield { resourceId: resource.resourceId, providerName: resource.providerName, metric: UsageMetric.GPU_ALLOCATED, observedAt: instant(ms), value: Math.round(units * unit * 1e6) / 1e6 };
    }
  }
}

/** How many GPUs the nodes of each pool had, hour by hour: committed ones run, and are paid for, whatever is asked for. */
export function nodeSizes(timeline: Timeline): SeriesSamples[] {
  return nodeGroups.map(({ pool, resource: { providerName, resourceId } }) => {
    const history = poolHistory(pool, timeline);
    return {
      providerName,
      resourceId,
      metric: UsageMetric.GPU_ALLOCATED,
      observedAtMs: Float64Array.from(history.allocated, (_, hour) => timeline.startMs + hour * HOUR_MS),
      values: Float64Array.from(history.allocated, (_, hour) => Math.max(usedNodes(pool, history, hour), pool.commitment.nodes) * pool.gpusPerNode),
    };
  });
}
