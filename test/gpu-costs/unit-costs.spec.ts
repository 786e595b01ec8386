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

  it('million tokens of a model on own GPUs is what the GPUs of its namespace cost', async () => {
    const day = nextDay();
    await deliverFleet(app, 'served', day, [
      { id: 'n', gpus: 4, model: 'H100' },
      { id: 'chat', of: 'n', tags: { namespace: 'chat' }, allocated: always(2) }, { id: 'lab', of: 'n', tags: { namespace: 'lab' }, allocated: always(1) },
      { id: 'llama', tags: { namespace: 'chat' } },
    ], [{ of: 'n', cost: '96' }]);
    await deliverObservations(app, 'served', [{ kind: 'usage', rows: [{ providerName: 'served', resourceId: 'llama', metric: UsageMetric.TOKENS, ...seenAt(day, always(1_000_000)) }] }]);
    // Two of the four GPUs, 48.00, for 24 million tokens; what the laboratory had and what was idle is not theirs.
    expect(await table(day)).toContainEqual(['MILLION_TOKENS_SERVED', 24, '2.000000']);
  });

  it('is that of a scope: a team pays what its own GPUs cost', async () => {
    const day = nextDay();
    // Ten GPU-hours' worth of GPUs at 1.00 and at 3.00 an hour.
    await deliverFleet(app, 'teams', day, [
      { id: 'cheap', gpus: 1, model: 'A100' }, { id: 'dear', gpus: 1, model: 'H100' },
      { id: 'trains', of: 'cheap', team: 'training', allocated: always(1) }, { id: 'serves', of: 'dear', team: 'serving', allocated: always(1) },
    ], [{ of: 'cheap', cost: '24' }, { of: 'dear', cost: '72' }]);
    const costOf = async (scope: string) => {
      const { data } = await app.ask(`{ unitCosts(period: { start: "${day}", end: "${dayAfter(day)}" }${scope}) { kind points { quantity cost { amount } } } }`);
      return data.unitCosts.find(({ kind }: { kind: string }) => kind === 'GPU_HOUR_ALLOCATED').points;
    };
    expect(await costOf('')).toEqual([{ quantity: 48, cost: { amount: '2.000000' } }]);
    expect(await costOf(', scope: { tags: [{ key: "team", values: ["serving"] }] }')).toEqual([{ quantity: 24, cost: { amount: '3.000000' } }]);
  });
});

describe('the cost of one in the days to come', () => {
  let app: TestApp;
  beforeAll(async () => {
    // At noon of the last day that is delivered: the three days before are not settled yet.
    app = await TestApp.start({ now: '2026-11-09T12:00:00Z' });
  });
  afterAll(() => app.stop());

  it('is forecast from its settled days, with its interval', async () => {
    const days = Array.from({ length: 70 }, (_, index) => new Date(Date.UTC(2026, 8, 1 + index)).toISOString());
    // On weekends the same node is shared by fewer: a GPU-hour costs twice as much. What is not settled yet is cheap.
    const isWeekend = (day: string) => [0, 6].includes(new Date(day).getUTCDay());
    const settledUntil = '2026-11-06T00:00:00.000Z';
    await deliverFleet(app, 'weeks', days[0]!, [
      { id: 'n', gpus: 4, model: 'L40S' }, { id: 'a', of: 'n', allocated: days.flatMap((day) => always(isWeekend(day) ? 2 : 4)) },
    ], days.map((day) => ({ of: 'n', cost: day < settledUntil ? '96' : '1', day })));
    const asked = (args: string) => app.ask(`{ unitCosts(period: { start: "${days[0]!}", end: "2026-11-10T00:00:00Z" }) { kind forecast${args} { period { start end } mean intervals { level lower upper } } } }`);
    const { data, errors } = await asked('(horizon: 14)');
    expect(errors).toBeUndefined();
    const { forecast } = data.unitCosts.find(({ kind }: { kind: string }) => kind === 'GPU_HOUR_ALLOCATED');
    expect(forecast).toHaveLength(14);
    expect(forecast[0].period).toEqual({ start: '2026-11-06T00:00:00Z', end: '2026-11-07T00:00:00Z' });
    for (const { period, mean, intervals } of forecast) {
      expect(mean).toBeCloseTo(isWeekend(period.start) ? 2 : 1, 1);
      for (const { lower, upper } of intervals) expect(lower <= mean && mean <= upper).toBe(true);
    }
    // Nothing is known of the hours that were active, and nothing is made up.
    expect(data.unitCosts.find(({ kind }: { kind: string }) => kind === 'GPU_HOUR_ACTIVE').forecast).toBeNull();
    expect((await asked('(horizon: 0)')).errors).toMatchObject([{ message: 'horizon needs to be 1 to 366 steps, got 0' }]);
  });
});
