import { UsageMetric } from '../../../usage/index.js';
import { DAY_MS, instant, monthStartMs } from './calendar.js';
import { gpuPools, volumes, type DemoResource, type Filling, type GpuPool } from './catalogue/index.js';
import { decimalText, micros, MICROS } from './money.js';
import { costProjection, type Payer } from './projection.js';
import { timelineOf, type DemoSettings, type Timeline } from './settings.js';

/** How much of a resource there is, from a date on. */
export interface DemoCapacity {
  providerName: string;
  resourceId: string;
  metric: UsageMetric;
  /** In the unit of the metric. */
  limit: number;
  /** Share of the limit kept free, 0 to 1. */
  headroom: number;
  leadTimeDays: number;
  /** Null when nobody sells one more of it. */
  unitCostPerMonth: { amount: string; currency: string } | null;
  /** A date in the future is a planned addition. */
  effectiveFrom: string;
}

export interface DemoBudget {
  name: string;
  /** Without tags it is about everything. */
  scope: { tags?: { key: string; values: string[] }[] };
  metric: 'EFFECTIVE_COST';
  period: { start: string; end: string };
  amount: { amount: string; currency: 'USD' };
}

const POOL_HEADROOM: Record<string, number> = { H100: 0.1, A100: 0.1, L4: 0.05 };
const POOL_LEAD_TIME_DAYS: Record<string, number> = { H100: 90, A100: 45, L4: 14 };
/** What cloud price lists take for a month. */
const HOURS_PER_MONTH = 730;

/** The limits of pools and volumes, past, present and planned. Buckets have none: they do not run out. */
export function demoCapacities(settings: DemoSettings): DemoCapacity[] {
  const timeline = timelineOf(settings);
  const pools = gpuPools.flatMap((pool) => poolCapacities(pool, timeline));
  const filled = volumes.flatMap(({ resource, gib, inodes, leadTimeDays, provisioned }) => {
    const unitCostPerMonth = { amount: decimalText(provisioned.contractedPriceMicros, MICROS), currency: 'USD' };
    return [
      ...fillingCapacities(resource, gib, { metric: UsageMetric.STORAGE, leadTimeDays, unitCostPerMonth }, timeline),
      ...(inodes === null ? [] : fillingCapacities(
        resource, inodes, { metric: UsageMetric.STORAGE_INODES, leadTimeDays, unitCostPerMonth: null }, timeline)),
    ];
  });
  return [...pools, ...filled];
}

function poolCapacities({ resource, limit, node, gpusPerNode }: GpuPool, timeline: Timeline): DemoCapacity[] {
  const model = resource.gpu!.model;
  const monthly = (node.contractedPriceMicros / 1e6 / gpusPerNode) * HOURS_PER_MONTH;
  const present: DemoCapacity = {
    providerName: resource.providerName,
    resourceId: resource.resourceId,
    // What is asked for, not what is given: a full pool gives no more than it has, and would never look too small.
    metric: UsageMetric.GPU_REQUESTED,
    limit,
    headroom: POOL_HEADROOM[model]!,
    leadTimeDays: POOL_LEAD_TIME_DAYS[model]!,
    unitCostPerMonth: { amount: decimalText(micros(Math.round(monthly * 100) / 100), MICROS), currency: 'USD' },
    effectiveFrom: instant(timeline.startMs),
  };
  // Four more nodes are on order.
  const planned = { ...present, limit: limit + 32, effectiveFrom: instant(monthStartMs(timeline.endMs, 4)) };
  return model === 'H100' ? [present, planned] : [present];
}

function fillingCapacities(
  { providerName, resourceId }: DemoResource,
  { limits, headroom }: Filling,
  terms: Pick<DemoCapacity, 'metric' | 'leadTimeDays' | 'unitCostPerMonth'>,
  timeline: Timeline,
): DemoCapacity[] {
  const dated = limits.map(({ daysAgo, limit }) => ({ limit, fromMs: Math.max(timeline.endMs - daysAgo * DAY_MS, timeline.startMs) }));
  // In a short story a resize may lie before its start; then only the later limit was ever in force.
  const inForce = dated.filter((_, i) => i === dated.length - 1 || dated[i + 1]!.fromMs > timeline.startMs);
  return inForce.map(({ limit, fromMs }) => ({
    providerName, resourceId, limit, headroom, ...terms, effectiveFrom: instant(fromMs),
  }));
}

/** Amount of a team's budget as a share of what it is expected to cost. */
const BUDGET_SHARES: readonly { payer: Payer; share: number }[] = [
  { payer: 'research', share: 0.995 },
  { payer: 'platform', share: 1.2 },
  { payer: 'product', share: 0.88 },
  { payer: 'data', share: 1.1 },
];

/** Research is close to its budget, platform well inside, product surely over; data is new. */
export function demoBudgets(settings: DemoSettings): DemoBudget[] {
  const timeline = timelineOf(settings);
  const projected = costProjection(timeline);
  const year = new Date(timeline.endMs).getUTCFullYear();
  const budget = (name: string, payer: Payer, share: number, startMs: number, endMs: number): DemoBudget => ({
    name,
    scope: payer === 'organisation' ? {} : { tags: [{ key: 'team', values: [payer] }] },
    metric: 'EFFECTIVE_COST',
    period: { start: instant(startMs), end: instant(endMs) },
    amount: { amount: String(Math.round((projected(payer, startMs, endMs) * share) / 1000) * 1000), currency: 'USD' },
  });

  const monthly = [0, 1].flatMap((offset) => {
    const startMs = monthStartMs(timeline.endMs, offset);
    const endMs = monthStartMs(timeline.endMs, offset + 1);
    return BUDGET_SHARES.map(({ payer, share }) => budget(`demo ${payer} ${instant(startMs).slice(0, 7)}`, payer, share, startMs, endMs));
  });
  return [...monthly, budget(`demo organisation ${year}`, 'organisation', 1.01, Date.UTC(year, 0), Date.UTC(year + 1, 0))];
}
