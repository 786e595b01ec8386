import { createHash } from 'node:crypto';
import type { Charge } from '../../../costs/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import { UsageMetric, type SeriesSamples } from '../../../usage/index.js';
import { contactOf, RunReport } from '../../run-report.js';
import { instant } from './calendar.js';
import { demoResources } from './catalogue/index.js';
import { demo, demoBudgets, demoCapacities, type DemoSettings } from './index.js';
import { costProjection } from './projection.js';
import { timelineOf } from './settings.js';

const today = new Date('2026-10-16T09:30:00Z');
const { signal } = new AbortController();

/** The story as it is told on a day. */
function collect({ today, ...settings }: DemoSettings, stop = signal) {
  const contact = contactOf(new RunReport(null), stop);
  return demo.collect(settings, { ...contact, window: { start: new Date(0), end: today }, bookmark: null });
}

interface Delivery {
  kinds: string[];
  largestBatch: number;
  resources: ResourceDescription[];
  usage: { providerName: string; resourceId: string; observedAt: string; value: number }[];
  charges: Charge[];
}

async function delivery(settings: DemoSettings): Promise<Delivery> {
  const result: Delivery = { kinds: [], largestBatch: 0, resources: [], usage: [], charges: [] };
  for await (const batch of collect(settings)) {
    if (result.kinds.at(-1) !== batch.kind) result.kinds.push(batch.kind);
        const usage = batch.kind === 'usage' ? batch.rows.flatMap(samplesOf) : [];
    if ('rows' in batch) result.largestBatch = Math.max(result.largestBatch, batch.rows.length, usage.length);
    if (batch.kind === 'resources') result.resources.push(...batch.rows);
    result.usage.push(...usage);
    if (batch.kind === 'charges') result.charges.push(...batch.rows);
  }
  return result;
}

function samplesOf({ providerName, resourceId, observedAtMs, values }: SeriesSamples) {
  return Array.from(values, (value, index) => ({ providerName, resourceId, observedAt: instant(observedAtMs[index]!), value }));
}

/** A digest of everything three months give: short, because it is the same code that gives thirteen. */
async function digest(settings: DemoSettings): Promise<string> {
  const hash = createHash('sha256');
  for await (const batch of collect({ ...settings, months: 3 })) hash.update(JSON.stringify(batch));
  return hash.digest('hex');
}

describe('the demo collector', () => {
  let original: Delivery;
  beforeAll(async () => {
    original = await delivery({ today });
  });

  it('gives the same bytes for the same settings at any time of the day, and other noise for another seed', async () => {
    const first = await digest({ today });
    expect(await digest({ today: new Date('2026-10-16T23:59:59Z'), seed: 1 })).toBe(first);
    expect(await digest({ today, seed: 2 })).not.toBe(first);
  });

  it('gives resources, then sizes, usage and charges, in batches of some thousands', () => {
    expect(original.kinds).toEqual(['resources', 'capacities', 'usage', 'charges']);
    expect(original.largestBatch).toBeLessThanOrEqual(5_000);
    expect(original.usage.length).toBeGreaterThan(100_000);
    expect(original.charges.length).toBeGreaterThan(20_000);
    expect(original.charges.length).toBeLessThan(45_000);
  });

  it('describes every resource once, before a sample or a charge names it', () => {
    const known = new Set(original.resources.map((row) => `${row.providerName} ${row.resourceId}`));
    expect(known.size).toBe(original.resources.length);
    const isUnknown = (row: { providerName: string; resourceId: string | null }): boolean =>
      row.resourceId !== null && !known.has(`${row.providerName} ${row.resourceId}`);
    expect(original.usage.filter(isUnknown)).toEqual([]);
    expect(original.charges.filter(isUnknown)).toEqual([]);
  });

  it('says demo on everything it gives', () => {
    const isPlain = (name: string | null): boolean => name !== null && !name.startsWith('demo');
    expect(original.resources.filter((row) =>
      isPlain(row.resourceName) || isPlain(row.resourceId) || isPlain(row.subAccountId) || row.tags.demo !== 'true')).toEqual([]);
    expect(original.charges.filter((row) =>
      isPlain(row.billingAccountId) || isPlain(row.resourceName) || isPlain(row.resourceId) || isPlain(row.subAccountId)
      || isPlain(row.skuId) || (row.tags !== null && (JSON.parse(row.tags) as { demo?: string }).demo !== 'true'))).toEqual([]);
  });

  it('stays inside its window, which ends with the last whole day', () => {
    const instants = original.usage.map((row) => row.observedAt).sort();
    expect(instants[0]).toBe('2025-10-01T00:00:00Z');
    expect(instants.at(-1)).toBe('2026-10-15T23:00:00Z');
    const days = original.charges.map((row) => row.chargePeriodStart).sort();
    expect(days[0]).toBe('2025-10-01T00:00:00Z');
    expect(days.at(-1)).toBe('2026-10-15T00:00:00Z');
  });

  it('restates the bill of one past month and nothing else', async () => {
    const restated = await delivery({ today, months: 3, delivery: 'restated' });
    expect(restated.kinds).toEqual(['charges']);
    expect(new Set(restated.charges.map((row) => row.billingPeriodStart))).toEqual(new Set(['2026-08-01T00:00:00Z']));
  });

  it('stops when it is told to', async () => {
    const stopped = AbortSignal.abort();
    const collectAll = async (): Promise<void> => {
      for await (const batch of collect({ today }, stopped)) expect(batch.kind).toBe('resources');
    };
    await expect(collectAll()).rejects.toThrow('aborted');
  });

  it('refuses settings that describe no history', async () => {
    await expect(delivery({ today, months: 2 })).rejects.toThrow('months needs a whole number of at least 3, got 2');
    await expect(delivery({ today: new Date('no date') })).rejects.toThrow('today needs a valid date');
    await expect(delivery({ today, seed: 0.5 })).rejects.toThrow('seed needs a whole number, got 0.5');
  });
});

describe('the demo plan', () => {
  const capacities = demoCapacities({ today });
  const settings = { today, months: 4 };
  const budgets = demoBudgets(settings);
  const limitsOf = (name: string): [number, string][] =>
    capacities.filter(({ resourceId }) => resourceId.endsWith(name)).map(({ limit, effectiveFrom }) => [limit, effectiveFrom]);

  it('limits every pool and volume, and no bucket', () => {
    const limited = new Set(capacities.map(({ resourceId }) => resourceId));
    const kinds = ['gpu-pool', 'volume', 'file-system'];
    expect(limited).toEqual(new Set(demoResources.map((row) => row.resourceId).filter((id) => kinds.includes(id.split('/')[3]!))));
  });

  it('has one limit per resource, metric and date, also when the story is too short for the resize', () => {
    for (const months of [3, 13]) {
      const plan = demoCapacities({ today, months });
      expect(new Set(plan.map((row) => `${row.resourceId} ${row.metric} ${row.effectiveFrom}`)).size).toBe(plan.length);
    }
  });

  it('remembers the resize of a volume and plans 32 more H100 GPUs', () => {
    expect(limitsOf('datasets-nfs')).toEqual([[200_000, '2025-10-01T00:00:00Z'], [320_000, '2026-07-16T00:00:00Z']]);
    expect(limitsOf('h100-training')).toEqual([[256, '2025-10-01T00:00:00Z'], [288, '2027-02-01T00:00:00Z']]);
  });

  it('prices one more unit in dollars, except inodes, which nobody sells', () => {
    // 55.04 less 8 % for 8 GPUs is 6.3296 an hour and GPU, times 730 hours.
    expect(capacities[0]!.unitCostPerMonth).toEqual({ amount: '4620.61', currency: 'USD' });
    expect(capacities.filter((row) => row.unitCostPerMonth === null).map((row) => row.metric)).toEqual([UsageMetric.STORAGE_INODES]);
  });

  it('budgets this month and the next for each team, and the year for everybody', () => {
    expect(budgets.map((row) => row.name)).toEqual([
      'demo research 2026-10', 'demo platform 2026-10', 'demo product 2026-10', 'demo data 2026-10',
      'demo research 2026-11', 'demo platform 2026-11', 'demo product 2026-11', 'demo data 2026-11',
      'demo organisation 2026',
    ]);
    expect(budgets[0]).toMatchObject({
      scope: { tags: [{ key: 'team', values: ['research'] }] }, metric: 'EFFECTIVE_COST',
      period: { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' },
    });
    expect(budgets.at(-1)).toMatchObject({ scope: {}, period: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' } });
  });

  it('sets amounts that leave platform room, research a coin flip, and product none', () => {
    const projected = costProjection(timelineOf(settings));
    const shareOf = (team: 'research' | 'platform' | 'product'): number => {
      const { amount, period } = budgets.find(({ name }) => name === `demo ${team} 2026-10`)!;
      return Number(amount.amount) / projected(team, Date.parse(period.start), Date.parse(period.end));
    };
    expect(shareOf('platform')).toBeCloseTo(1.2, 1);
    expect(shareOf('research')).toBeCloseTo(1, 2);
    expect(shareOf('product')).toBeCloseTo(0.88, 1);
  });

  it('has amounts in whole thousands on any day of the year', () => {
    for (const day of ['2027-01-01', '2026-03-02', '2028-02-29']) {
      const amounts = demoBudgets({ today: new Date(day), months: 3 }).map(({ amount }) => Number(amount.amount));
      expect(amounts.filter((amount) => !(amount > 0) || amount % 1000 !== 0)).toEqual([]);
    }
  });
});
