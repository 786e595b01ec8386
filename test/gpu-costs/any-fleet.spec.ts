import fc from 'fast-check';
import { dayAfter, deliverFleet, exactSum, TestApp, type FleetCharge, type FleetPart } from '../support/index.js';

interface Group {
  total: { amount: string; currency: string };
  part: string;
  gpuHours: number | null;
  points: { cost: { amount: string } }[];
}

const days = 3;
const gpus = fc.oneof(fc.constant(0), fc.constantFrom(1 / 7, 3 / 7, 0.25, 0.3), fc.integer({ min: 1, max: 20 }));
/** A stretch of hours with one value, some of them without a sample. */
const hourly = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.option(gpus, { nil: null })), { maxLength: 5 })
  .map((stretches) => stretches.flatMap(([length, value]) => Array.from({ length }, () => value)).slice(0, days * 24));
const sharing = fc.constantFrom('WHOLE', 'MIG', 'TIME_SLICED', 'FRACTIONAL', undefined);

/** A pool, nodes, namespaces and workloads, any of which may be missing, unsized, unobserved or oversubscribed. */
const parts = fc.array(
  fc.record({ depth: fc.nat(2), of: fc.nat(), size: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }), allocated: fc.option(hourly, { nil: undefined }), sharing, team: fc.constantFrom('a', 'b', undefined) }),
  { minLength: 1, maxLength: 8 },
).map((drawn) =>
  drawn.map(({ depth, of, size, allocated, sharing: kind, team }, number): FleetPart => ({
    id: `part ${number}`,
    ...(number > 0 && depth > 0 && { of: `part ${of % number}` }),
    ...(size !== undefined && { gpus: size }),
    ...(allocated !== undefined && allocated.length > 0 && { allocated }),
    ...(kind !== undefined && { model: 'H100', sharing: kind }),
    ...(team !== undefined && { team }),
  })),
);
const amount = fc.tuple(fc.nat(9_999), fc.nat(999_999_999)).map(([whole, billionths]) => `${whole}.${String(billionths).padStart(9, '0')}`);
const charges = fc.array(
  fc.record({ of: fc.nat(), cost: amount, day: fc.nat(days - 1), length: fc.integer({ min: 1, max: days }), currency: fc.constantFrom('USD', 'USD', 'EUR') }),
  { minLength: 1, maxLength: 6 },
);

/** The nearest whole cents, halves away from zero. */
function cents(decimal: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)!;
  const thousandths = BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`);
  const rounded = (thousandths + 5n) / 10n;
  return sign === '-' ? -rounded : rounded;
}
const sumOfCents = (amounts: readonly string[]) => amounts.reduce((sum, one) => sum + cents(one), 0n);

describe('costs of any fleet', () => {
  let app: TestApp;
  let fleets = 0;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
  });
  afterAll(() => app.stop());

  it.each([
    ['what was charged', ''],
    ['what was given back', '-'],
  ])('add up to the bill to the cent, of %s, and none has the other sign', async (_, sign) => {
    await fc.assert(
      fc.asyncProperty(parts, charges, fc.constantFrom('SHOWN', 'SPREAD_BY_ALLOCATION', 'SPREAD_EVENLY'), fc.constantFrom('[]', '[{ tag: "team" }]', '[{ dimension: RESOURCE }]'), async (fleet, drawn, idle, groupBy) => {
        fleets += 1;
        const start = new Date(Date.UTC(2025, 0, 1 + 4 * fleets)).toISOString().replace('.000Z', 'Z');
        const dayOf = (number: number): string => (number === 0 ? start : dayAfter(dayOf(number - 1)));
        const bill = drawn.map(({ of, cost, day, length, currency }): FleetCharge => ({
          of: `part ${of % fleet.length}`, cost: `${sign}${cost}`, day: dayOf(day), until: dayOf(Math.min(days, day + length)), currency,
        }));
        await deliverFleet(app, `fleet ${fleets}`, start, fleet, bill);
        const { data } = await app.ask(`{ gpuCosts(period: { start: "${start}", end: "${dayOf(days)}" }, idle: ${idle}, groupBy: ${groupBy}) {
          groups { part gpuHours total { amount currency } points { cost { amount } } } } }`);
        const groups = data.gpuCosts.groups as Group[];

        const isGpu = (id: string): boolean => {
          // Whose allocation is asked for has GPUs, also when nothing was answered.
          const { model, gpus: size, allocated } = fleet.find((part) => part.id === id)!;
          return model !== undefined || size !== undefined || allocated !== undefined || fleet.some((part) => part.of === id && part.model !== undefined);
        };
        for (const currency of ['USD', 'EUR']) {
          const ofCurrency = groups.filter(({ total }) => total.currency === currency);
          const billed = bill.filter((charge) => charge.currency === currency && isGpu(charge.of)).map(({ cost }) => cost);
          expect(sumOfCents(ofCurrency.map(({ total }) => total.amount))).toBe(billed.length === 0 ? 0n : cents(exactSum(billed)));
        }
        for (const { total, gpuHours, points } of groups) {
          expect(sumOfCents(points.map(({ cost }) => cost.amount))).toBe(cents(total.amount));
          for (const one of [total.amount, ...points.map(({ cost }) => cost.amount)]) expect(sign === '' ? cents(one) >= 0n : cents(one) <= 0n).toBe(true);
          expect(gpuHours === null || gpuHours > 0).toBe(true);
        }
      }),
      { numRuns: 20, seed: 20261126 },
    );
  }, 120_000);
});
