import { administrator } from '../../src/access/index.js';
import { Ingest, type Collector, type Observations } from '../../src/collection/index.js';
import type { Charge } from '../../src/costs/index.js';
import type { GpuSharing, ResourceDescription } from '../../src/resources/index.js';
import { UsageMetric, type SeriesSamples } from '../../src/usage/index.js';
import { dayAfter, monthOf } from './days.js';
import type { TestApp } from './test-app.js';

/** Something of a fleet, as a test says it: what it does not say it does not have. */
export interface FleetPart {
  id: string;
  /** What it is a part of; that comes before it. */
  of?: string;
  team?: string;
  tags?: Readonly<Record<string, string>>;
  type?: string;
  model?: string;
  share?: number;
  sharing?: GpuSharing;
  /** GPUs that it was seen to have, from the first day on. */
  gpus?: number;
  /** GPUs allocated, hour by hour from the midnight of the first day; null is an hour without a sample. */
  allocated?: readonly (number | null)[];
  /** Share of time that the engine was active, alike. */
  utilization?: readonly (number | null)[];
}

export interface FleetCharge {
  of: string;
  cost: string;
  /** The first day when left out, an ISO midnight. */
  day?: string;
  /** The day after when left out. */
  until?: string;
  currency?: string;
  category?: Charge['chargeCategory'];
}

const hourMs = 3_600_000;
const none = {
  chargeClass: null, chargeDescription: null, chargeFrequency: null, listCost: null, contractedCost: null, subAccountId: null, regionId: null,
  resourceName: null, resourceType: null, skuId: null, skuPriceId: null, pricingCategory: null, pricingQuantity: null, pricingUnit: null, consumedQuantity: null,
  consumedUnit: null, commitmentDiscountId: null, commitmentDiscountStatus: null, tags: null, extra: null,
};

/** Delivers a fleet, what it did and what it was charged, as a collector would; its provider and its source are named for it. */
export async function deliverFleet(app: TestApp, name: string, firstDay: string, parts: readonly FleetPart[], charges: readonly FleetCharge[] = []): Promise<void> {
  await deliverObservations(app, name, [
    { kind: 'resources', rows: parts.map((part) => describedPart(name, firstDay, part)) },
    { kind: 'capacities', rows: parts.flatMap(({ id, gpus }) => (gpus === undefined ? [] : [samples(name, id, UsageMetric.GPU_ALLOCATED, firstDay, [gpus])])) },
    {
      kind: 'usage',
      rows: parts.flatMap(({ id, allocated, utilization }) => [
        ...(allocated ? [samples(name, id, UsageMetric.GPU_ALLOCATED, firstDay, allocated)] : []),
        ...(utilization ? [samples(name, id, UsageMetric.GPU_UTILIZATION, firstDay, utilization)] : []),
      ]),
    },
    { kind: 'charges', rows: charges.map((charge) => chargeOf(name, firstDay, charge)) },
  ]);
}

/** Delivers observations as a collector would, as the source of this name. */
export async function deliverObservations(app: TestApp, dataSourceName: string, observations: readonly Observations[]): Promise<void> {
  const observed: Collector = {
    name: 'observed',
    description: 'What a test says.',
    settingsSchema: { type: 'object', additionalProperties: false, properties: {}, examples: [{}] },
    async *collect() {
      yield* observations.filter((seen) => !('rows' in seen) || seen.rows.length > 0);
    },
  };
  await app.app.get(Ingest).deliver(administrator, observed, {}, { dataSourceName });
}

function describedPart(providerName: string, firstDay: string, { id, of, team, tags, type, model, share = 1, sharing = 'WHOLE' }: FleetPart): ResourceDescription {
  return {
    providerName, resourceId: id, parentResourceId: of ?? null, resourceName: id, resourceType: type ?? null, serviceName: 'GPUs', serviceCategory: 'Compute',
    regionId: null, subAccountId: null, tags: { ...tags, ...(team !== undefined && { team }) }, gpu: model === undefined ? null : { model, share, sharing },
    firstSeenAt: firstDay, lastSeenAt: firstDay,
  };
}

function samples(providerName: string, resourceId: string, metric: UsageMetric, firstDay: string, hourly: readonly (number | null)[]): SeriesSamples {
  const seen = hourly.flatMap((value, hour) => (value === null ? [] : [{ atMs: Date.parse(firstDay) + hour * hourMs, value }]));
  return { providerName, resourceId, metric, observedAtMs: seen.map(({ atMs }) => atMs), values: seen.map(({ value }) => value) };
}

function chargeOf(providerName: string, firstDay: string, { of, cost, day = firstDay, until = dayAfter(day), currency = 'USD', category = 'Usage' }: FleetCharge): Charge {
  const { BillingPeriodStart: billingPeriodStart, BillingPeriodEnd: billingPeriodEnd } = monthOf(day);
  return {
    ...none, billingPeriodStart, billingPeriodEnd, chargePeriodStart: day, chargePeriodEnd: until, billingAccountId: `account of ${providerName}`,
    chargeCategory: category, billingCurrency: currency, billedCost: cost, effectiveCost: cost, providerName, serviceName: 'GPUs', serviceCategory: 'Compute', resourceId: of,
  };
}
