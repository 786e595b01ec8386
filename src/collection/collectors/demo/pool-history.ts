import { HOUR_MS, isWeekend } from './calendar.js';
import type { GpuPool } from './catalogue/index.js';
import { randomOf } from './random.js';
import { daysAgoAt, type Timeline } from './settings.js';

/** What really went on in a pool, hour by hour from the start of the timeline, whether or not anybody measured it. */
export interface PoolHistory {
  requested: Float64Array;
  allocated: Float64Array;
  /** 0 to 1. */
  utilization: Float64Array;
  memoryGib: Float64Array;
}

/** The busiest hour of the day, UTC: when Europe is still at work and America already is. */
const PEAK_HOUR = 15;
/** Part of an hour's noise that stays in the next hour. */
const PERSISTENCE = 0.8;
/** After an outage, jobs come back hour by hour. */
const RECOVERY_HOURS = 36;

export function poolHistory(pool: GpuPool, timeline: Timeline): PoolHistory {
  const random = randomOf(timeline.seed, pool.resource.resourceId);
  const hours = Math.round((timeline.endMs - timeline.startMs) / HOUR_MS);
  const requested = new Float64Array(hours);
  const allocated = new Float64Array(hours);
  const utilization = new Float64Array(hours);
  const memoryGib = new Float64Array(hours);
  let noise = 0;

  for (let hour = 0; hour < hours; hour += 1) {
    const ms = timeline.startMs + hour * HOUR_MS;
    const daysAgo = daysAgoAt(timeline, ms);
    noise = PERSISTENCE * noise + Math.sqrt(1 - PERSISTENCE ** 2) * pool.noise * random.normal();
    const wave = dailyWave(ms);
    const day = (pool.nightShare + (1 - pool.nightShare) * wave) * (isWeekend(ms) ? pool.weekendShare : 1);
    const up = availability(pool, daysAgo);
    const asked = Math.round(pool.demand(daysAgo) * day * (1 + noise) * Math.max(up, 0.15));
    // Some jobs always wait for their data or for neighbours; only a full pool makes the rest wait.
    const running = Math.round(asked * (0.955 + 0.035 * random.uniform()));
    const given = up === 0 ? 0 : asked >= pool.limit ? pool.limit : Math.min(running, pool.limit);

    requested[hour] = asked;
    allocated[hour] = given;
    utilization[hour] = given === 0 ? 0 : clamp(pool.busyShare + 0.1 * (wave - 0.5) + 0.04 * random.normal());
    memoryGib[hour] = given * pool.memoryGibPerGpu * clamp(pool.busyShare + 0.12 + 0.02 * random.normal());
  }
  return { requested, allocated, utilization, memoryGib };
}

/** Nodes are started whole, even when only one of their GPUs is asked for. */
export function usedNodes({ gpusPerNode }: GpuPool, { allocated }: PoolHistory, hour: number): number {
  return Math.ceil(allocated[hour]! / gpusPerNode);
}

/** 1 at the busiest hour of a day, 0 at the quietest. */
function dailyWave(ms: number): number {
  const hour = (ms / HOUR_MS) % 24;
  return (1 + Math.cos((2 * Math.PI * (hour - PEAK_HOUR)) / 24)) / 2;
}

/** Hours since the outage of the pool began; null before it, and for a pool that had none. */
export function hoursIntoOutage({ outage }: GpuPool, daysAgo: number): number | null {
  if (outage === null || daysAgo > outage.daysAgo) return null;
  return (outage.daysAgo - daysAgo) * 24;
}

/** 1 in normal times, 0 while the pool is down, between them while it recovers. */
function availability(pool: GpuPool, daysAgo: number): number {
  const hoursSince = hoursIntoOutage(pool, daysAgo);
  if (hoursSince === null) return 1;
  const hoursUpAgain = hoursSince - pool.outage!.hours;
  return hoursUpAgain < 0 ? 0 : Math.min(0.4 + (0.6 * hoursUpAgain) / RECOVERY_HOURS, 1);
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
