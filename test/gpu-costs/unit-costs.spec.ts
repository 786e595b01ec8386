import { dayAfter, deliverFleet, deliverObservations, TestApp, type FleetCharge, type FleetPart } from '../support/index.js';
import { UsageMetric } from '../../src/usage/index.js';

const always = (value: number): number[] => Array.from({ length: 24 }, () => value);
const seenAt = (day: string, values: readonly number[]) => ({ observedAtMs: values.map((_, hour) => Date.parse(day) + hour * 3_600_000), values });

describe('the cost of one', () => {
  let app: TestApp;
  let fleets = 0;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
  });
  afterAll(() => app.stop());

  const nextDay = (): string => new Date(Date.UTC(2026, 8, 1 + 2 * (fleets += 1))).toISOString().replace('.000Z', 'Z');
  const ask = (day: string) =>
    app.ask(`{ unitCosts(period: { start: "${day}", end: "${dayAfter(day)}" }) { kind unit points { quantity reason cost { amount currency } } } }`);
  const table = async (day: string) => {
    const { data, errors } = await ask(day);
    expect(errors).toBeUndefined();
    type Series = { kind: string; points: { quantity: number | null; cost: { amount: string } | null; reason: string | null }[] };
    return (data.unitCosts as Series[]).map(({ kind, points: [point] }) => [kind, point!.quantity, point!.cost?.amount ?? point!.reason]);
  };
  const tableOf = async (parts: FleetPart[], charges: FleetCharge[]) => {
    const day = nextDay();
    await deliverFleet(app, `fleet ${fleets}`, day, parts, charges);
    return table(day);
  };

  it('GPU-hour has what was idle in it, and an active one what was not busy too', async () => {
    // 96.00 for four GPUs, of which two were had, a quarter of the time active: 48 and 12 hours.
    expect(await tableOf([{ id: 'n', gpus: 4, model: 'H100', utilization: always(0.25) }, { id: 'a', of: 'n', allocated: always(2) }], [{ of: 'n', cost: '96' }])).toEqual([
      ['GPU_HOUR_ALLOCATED', 48, '2.000000'], ['GPU_HOUR_ACTIVE', 12, '8.000000'],
    ]);
  });

  it('is not known where its number is not, and nothing is divided by none', async () => {
    expect(await tableOf([{ id: 'n', gpus: 4, model: 'H100' }, { id: 'a', of: 'n', allocated: always(2) }], [{ of: 'n', cost: '96' }])).toEqual([
      ['GPU_HOUR_ALLOCATED', 48, '2.000000'], ['GPU_HOUR_ACTIVE', null, 'of some of the GPUs no utilization was observed'],
    ]);
    expect(await tableOf([{ id: 'n', gpus: 4, model: 'H100', allocated: always(0), utilization: always(0) }], [{ of: 'n', cost: '96' }])).toEqual([
      ['GPU_HOUR_ALLOCATED', 0, 'there was none'], ['GPU_HOUR_ACTIVE', 0, 'there was none'],
    ]);
    expect(await tableOf([{ id: 'n', gpus: 4, model: 'H100' }], [{ of: 'n', cost: '96' }])).toEqual([
      ['GPU_HOUR_ALLOCATED', null, 'nothing was observed of the GPUs'], ['GPU_HOUR_ACTIVE', null, 'nothing was observed of the GPUs'],
    ]);
  });

  it('GPU-hour is refused, and the model named, where GPUs have no charge', async () => {
    const day = nextDay();
    await deliverFleet(app, 'unpriced', day, [{ id: 'n', gpus: 1, model: 'B200', allocated: always(1) }]);
    const { data, errors } = await ask(day);
    expect(data).toEqual({ unitCosts: null });
    expect(errors).toMatchObject([{ message: expect.stringContaining('no charge is for 24 GPU-hours of B200 ("n")'), extensions: { code: 'NOT_FOUND' } }]);
  });

  it('GiB-month and one million tokens are those of what is charged for itself', async () => {
    const day = nextDay();
    const [volume, model] = [{ id: 'volume' }, { id: 'model' }];
    await deliverFleet(app, 'stored', day, [volume, model], [{ of: 'volume', cost: '3' }, { of: 'model', cost: '12' }]);
    await deliverObservations(app, 'stored', [{
      kind: 'usage',
      rows: [
        { providerName: 'stored', resourceId: 'volume', metric: UsageMetric.STORAGE, ...seenAt(day, always(900)) },
        { providerName: 'stored', resourceId: 'model', metric: UsageMetric.TOKENS, ...seenAt(day, always(250_000)) },
      ],
    }]);
    // A day of 900 GiB in a month of 30 days is 30 GiB-months; 24 times 250,000 tokens are six million.
    expect(await table(day)).toEqual([['MILLION_TOKENS', 6, '2.000000'], ['GIB_MONTH', 30, '0.100000']]);
  });
});
