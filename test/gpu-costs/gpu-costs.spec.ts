import { askAs, dayAfter, deliverFleet, TestApp, viewerOf, type FleetCharge, type FleetPart } from '../support/index.js';

interface Group {
  key: (string | null)[];
  part: string;
  gpuHours: number | null;
  total: { amount: string; currency: string };
  points: { period: { start: string; end: string }; cost: { amount: string } }[];
}

const always = (gpus: number, hours = 24): number[] => Array.from({ length: hours }, () => gpus);

describe('costs of GPUs', () => {
  let app: TestApp;
  let fleets = 0;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
  });
  afterAll(() => app.stop());

  /** Every fleet has a day of its own. */
  const nextDay = (): string => new Date(Date.UTC(2026, 5, 1 + 3 * (fleets += 1))).toISOString().replace('.000Z', 'Z');
  const asked = `query ($period: PeriodInput!, $groupBy: [GpuCostDimensionInput!]!, $idle: IdleRule!, $currency: CurrencyCode) {
    gpuCosts(period: $period, groupBy: $groupBy, idle: $idle, currency: $currency) { total { amount currency } settled idle
      groups { key part gpuHours total { amount currency } points { period { start end } cost { amount } } }
      unpriced { model resourceName resourceCount gpuHours period { start end } } } }`;
  const ask = (day: string, { groupBy = [{ tag: 'team' }] as object[], idle = 'SHOWN', end = dayAfter(day), currency = null as string | null } = {}) =>
    app.ask(asked, { period: { start: day, end }, groupBy, idle, currency });
  const table = (groups: Group[]) => groups.map(({ key, part, gpuHours, total }) => [...key, part, gpuHours, total.amount]);
  /** Delivers a fleet on a day of its own and gives the table of that day: team, part, GPU-hours and cost. */
  const tableOf = async (parts: FleetPart[], charges: FleetCharge[], options: Parameters<typeof ask>[1] = {}) => {
    const day = nextDay();
    await deliverFleet(app, `fleet ${fleets}`, day, parts, charges);
    const { data, errors } = await ask(day, options);
    expect(errors).toBeUndefined();
    return { table: table(data.gpuCosts.groups), total: data.gpuCosts.total, day };
  };

  it('are divided by who had how many for how long, however they were shared, and the rest is idle', async () => {
    // 8 GPUs for 24 hours are 192 GPU-hours for 192.00: one each.
    const shares: FleetPart[] = [
      { id: 'node', gpus: 8, model: 'H100' },
      { id: 'train', of: 'node', team: 'research', model: 'H100', sharing: 'WHOLE', allocated: always(4) },
      { id: 'mig', of: 'node', team: 'product', model: 'H100', sharing: 'MIG', share: 3 / 7, allocated: always(3 / 7) },
      { id: 'slices', of: 'node', team: 'data', model: 'H100', sharing: 'TIME_SLICED', share: 0.25, allocated: always(0.25) },
      { id: 'quarter', of: 'node', team: 'data', model: 'H100', sharing: 'FRACTIONAL', share: 0.5, allocated: always(0.5) },
      { id: 'namespace', of: 'node', team: 'research', allocated: always(1) },
    ];
    const { table, total } = await tableOf(shares, [{ of: 'node', cost: '192' }]);
    // 3/7 of 24 are 10.2857…; idle is 192 − 96 − 24 − 12 − 10.2857… − 6 = 43.7142….
    expect(total).toEqual({ amount: '192.00', currency: 'USD' });
    expect(table).toEqual([
      ['research', 'WHOLE', 96, '96.00'],
      [null, 'IDLE', 43.714286, '43.71'],
      ['research', 'ALLOCATED', 24, '24.00'],
      ['data', 'FRACTIONAL', 12, '12.00'],
      ['product', 'MIG', 10.285714, '10.29'],
      ['data', 'TIME_SLICED', 6, '6.00'],
    ]);
  });

  it('charge a quarter of a GPU as a quarter', async () => {
    const { table } = await tableOf([{ id: 'g', type: 'GPU', model: 'L4' }, { id: 'pod', of: 'g', team: 'a', model: 'L4', sharing: 'FRACTIONAL', share: 0.25, allocated: always(0.25) }], [{ of: 'g', cost: '24' }]);
    expect(table).toEqual([[null, 'IDLE', 18, '18.00'], ['a', 'FRACTIONAL', 6, '6.00']]);
  });

  it('give out no more than there is where shares are oversubscribed, hour by hour', async () => {
    // For 12 hours 4 shares of half a GPU each are on one; then nobody is.
    const half = [...always(0.5, 12), ...always(0, 12)];
    const { table } = await tableOf(
      [{ id: 'n', gpus: 1, model: 'A10' }, ...['a', 'b', 'c', 'd'].map((team) => ({ id: team, of: 'n', team, model: 'A10', sharing: 'TIME_SLICED' as const, share: 0.5, allocated: half }))],
      [{ of: 'n', cost: '48' }],
    );
    // 12 GPU-hours are divided among four, 12 are idle.
    expect(table).toEqual([[null, 'IDLE', 12, '24.00'], ...['a', 'b', 'c', 'd'].map((team) => [team, 'TIME_SLICED', 3, '6.00'])]);
  });

  it('let no share of one node of a pool take what another has idle', async () => {
    const { table } = await tableOf(
      [
        { id: 'pool', model: 'L40' }, { id: 'n1', of: 'pool', gpus: 1 }, { id: 'n2', of: 'pool', gpus: 1, allocated: always(0) },
        { id: 'greedy', of: 'n1', team: 'a', allocated: always(3) },
      ],
      [{ of: 'pool', cost: '48' }],
    );
    expect(table).toEqual([['a', 'ALLOCATED', 24, '24.00'], [null, 'IDLE', 24, '24.00']]);
  });

  it('take no hour for idle that nobody observed', async () => {
    // Six hours without a sample, also of a node whose neighbour has some.
    const { table } = await tableOf(
      [
        { id: 'pool', model: 'H200' }, { id: 'n1', of: 'pool', gpus: 2, team: 'a', allocated: always(2) },
        { id: 'n2', of: 'pool', gpus: 2, team: 'b', allocated: [...always(1, 18), ...Array<null>(6).fill(null)] },
      ],
      [{ of: 'pool', cost: '96' }],
    );
    expect(table).toEqual([['a', 'ALLOCATED', 48, '48.00'], ['b', 'ALLOCATED', 18, '18.00'], [null, 'IDLE', 18, '18.00'], [null, 'UNOBSERVED', 12, '12.00']]);
  });

  it('say what is allocated to nobody knows whom', async () => {
    const { table } = await tableOf(
      [{ id: 'n', gpus: 8, model: 'H100', allocated: always(7) }, { id: 'w', of: 'n', team: 'a', allocated: always(4) }],
      [{ of: 'n', cost: '192' }],
    );
    expect(table).toEqual([['a', 'ALLOCATED', 96, '96.00'], [null, 'UNATTRIBUTED', 72, '72.00'], [null, 'IDLE', 24, '24.00']]);
  });

  it('count a share of a share once', async () => {
    const { table } = await tableOf(
      [{ id: 'n', gpus: 4, model: 'H100' }, { id: 'ns', of: 'n', team: 'a', allocated: always(3) }, { id: 'pod', of: 'ns', team: 'b', allocated: always(2) }],
      [{ of: 'n', cost: '96' }],
    );
    expect(table).toEqual([['b', 'ALLOCATED', 48, '48.00'], ['a', 'ALLOCATED', 24, '24.00'], [null, 'IDLE', 24, '24.00']]);
  });

  it('are unobserved where the number of GPUs is not known', async () => {
    const { table } = await tableOf([{ id: 'n', model: 'H100' }, { id: 'w', of: 'n', team: 'a', allocated: always(1) }], [{ of: 'n', cost: '10' }]);
    expect(table).toEqual([[null, 'UNOBSERVED', null, '10.00']]);
  });

  it('are those of a pool too, over the nodes that it had hour by hour', async () => {
    const day = nextDay();
    const pool: FleetPart[] = [{ id: 'p', model: 'H100' }, { id: 'nodes', of: 'p', gpus: 8 }, { id: 'a', of: 'p', team: 'a', allocated: always(8) }, { id: 'b', of: 'p', team: 'b', allocated: [...always(0, 12), ...always(4, 12)] }];
    await deliverFleet(app, 'growing', day, pool, [{ of: 'p', cost: '288' }]);
    // From noon on there are 16: 8 · 12 + 16 · 12 = 288.
    await deliverFleet(app, 'growing', new Date(Date.parse(day) + 12 * 3_600_000).toISOString(), [{ id: 'nodes', gpus: 16 }]);
    expect(table((await ask(day)).data.gpuCosts.groups)).toEqual([['a', 'ALLOCATED', 192, '192.00'], ['b', 'ALLOCATED', 48, '48.00'], [null, 'IDLE', 48, '48.00']]);
  });

  it('may charge those who had some for what is idle, by what they had or evenly', async () => {
    const day = nextDay();
    await deliverFleet(app, 'spread', day, [
      { id: 'n', gpus: 8, model: 'H100' }, { id: 'a', of: 'n', team: 'a', allocated: always(3) }, { id: 'b', of: 'n', team: 'b', allocated: always(1) },
    ], [{ of: 'n', cost: '800' }]);
    const rows = async (idle: string) => table((await ask(day, { idle })).data.gpuCosts.groups);
    expect(await rows('SHOWN')).toEqual([[null, 'IDLE', 96, '400.00'], ['a', 'ALLOCATED', 72, '300.00'], ['b', 'ALLOCATED', 24, '100.00']]);
    expect(await rows('SPREAD_BY_ALLOCATION')).toEqual([['a', 'ALLOCATED', 72, '600.00'], ['b', 'ALLOCATED', 24, '200.00']]);
    expect(await rows('SPREAD_EVENLY')).toEqual([['a', 'ALLOCATED', 72, '500.00'], ['b', 'ALLOCATED', 24, '300.00']]);
  });

  it('stay idle where there is nobody to charge', async () => {
    const { table } = await tableOf([{ id: 'n', gpus: 1, model: 'H100', allocated: always(0) }], [{ of: 'n', cost: '1' }], { idle: 'SPREAD_EVENLY' });
    expect(table).toEqual([[null, 'IDLE', 24, '1.00']]);
  });

  it('add up to the bill to the cent where thirds do not', async () => {
    const parts = ['a', 'b', 'c'].map((team) => ({ id: team, of: 'n', team, allocated: always(1) }));
    const { table, total } = await tableOf([{ id: 'n', gpus: 3, model: 'H100' }, ...parts], [{ of: 'n', cost: '100' }]);
    expect(total.amount).toBe('100.00');
    expect(table).toEqual([['a', 'ALLOCATED', 24, '33.34'], ['b', 'ALLOCATED', 24, '33.33'], ['c', 'ALLOCATED', 24, '33.33']]);
  });

  it('keep the sign of what was given back, and have as many digits as the currency', async () => {
    const parts: FleetPart[] = [{ id: 'n', gpus: 2, model: 'H100' }, { id: 'a', of: 'n', team: 'a', allocated: always(1) }];
    const { table } = await tableOf(parts, [{ of: 'n', cost: '-10.01', category: 'Credit' }]);
    expect(table).toEqual([['a', 'ALLOCATED', 24, '-5.00'], [null, 'IDLE', 24, '-5.01']]);
    const yen = await tableOf(parts, [{ of: 'n', cost: '101', currency: 'JPY' }]);
    expect(yen).toMatchObject({ table: [['a', 'ALLOCATED', 24, '51'], [null, 'IDLE', 24, '50']], total: { amount: '101', currency: 'JPY' } });
  });

  it('never add currencies', async () => {
    const parts: FleetPart[] = [{ id: 'n', gpus: 1, model: 'H100' }, { id: 'a', of: 'n', team: 'a', allocated: always(1) }];
    const { table, total, day } = await tableOf(parts, [{ of: 'n', cost: '1' }, { of: 'n', cost: '2', currency: 'EUR' }]);
    expect([table, total]).toEqual([[['a', 'ALLOCATED', 24, '2.00'], ['a', 'ALLOCATED', 24, '1.00']], null]);
    expect((await ask(day, { currency: 'EUR' })).errors).toMatchObject([
      { message: `currency "EUR" needs an exchange rate from USD for ${day.slice(0, 7)}, and there is none: leave it out to get each currency by itself`, extensions: { code: 'INVALID', field: ['currency'] } },
    ]);
  });

  it('spread a charge for several days over them, exactly', async () => {
    const day = nextDay();
    const until = dayAfter(dayAfter(dayAfter(day)));
    await deliverFleet(app, 'monthly', day, [{ id: 'n', gpus: 1, model: 'H100' }, { id: 'a', of: 'n', team: 'a', allocated: always(1, 72) }], [{ of: 'n', cost: '100.01', until }]);
    const { groups, total } = (await ask(day, { end: until })).data.gpuCosts as { groups: Group[]; total: { amount: string } };
    expect([total.amount, groups[0]!.points.map(({ cost }) => cost.amount)]).toEqual(['100.01', ['33.34', '33.34', '33.33']]);
    expect((await ask(day)).data.gpuCosts.total.amount).toBe('33.34');
  });

  it('name the model of GPUs that no charge is for, and still tell the rest', async () => {
    const day = nextDay();
    await deliverFleet(app, 'unpriced', day, [
      { id: 'priced', gpus: 1, model: 'A100' }, { id: 'a', of: 'priced', team: 'a', allocated: always(1) },
      { id: 'free', gpus: 2, model: 'H100' }, { id: 'b', of: 'free', team: 'b', allocated: always(2) }, { id: 'c', of: 'free', team: 'c', allocated: always(0.5) },
    ], [{ of: 'priced', cost: '7' }]);
    const { data, errors } = await ask(day);
    expect(data.gpuCosts).toMatchObject({ total: null, groups: [{ key: ['a'], total: { amount: '7.00' } }] });
    expect(data.gpuCosts.unpriced).toEqual([{ model: 'H100', resourceName: 'b', resourceCount: 2, gpuHours: 60, period: { start: day, end: dayAfter(day) } }]);
    expect(errors).toMatchObject([
      { message: `no charge is for 60 GPU-hours of H100 ("b" and 1 more) between ${day.slice(0, 10)} and ${dayAfter(day).slice(0, 10)}: import the bill that they are on`, extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  it('do not call days unpriced whose bill has not come', async () => {
    const day = nextDay();
    await deliverFleet(app, 'late', day, [{ id: 'n', gpus: 1, model: 'H100' }, { id: 'a', of: 'n', team: 'a', allocated: always(1, 48) }], [{ of: 'n', cost: '7' }]);
    expect((await ask(day, { end: dayAfter(dayAfter(day)) })).data.gpuCosts).toMatchObject({ unpriced: [], total: { amount: '7.00' } });
  });

  it('are grouped by any dimension, with one total', async () => {
    const day = nextDay();
    await deliverFleet(app, 'grouped', day, [
      { id: 'n1', gpus: 1, model: 'H100' }, { id: 'a', of: 'n1', team: 'a', allocated: always(1) }, { id: 'n2', gpus: 1, model: 'L4' }, { id: 'b', of: 'n2', team: 'b', allocated: always(0.5) },
    ], [{ of: 'n1', cost: '10' }, { of: 'n2', cost: '3' }]);
    const rows = async (...groupBy: object[]) => table((await ask(day, { groupBy })).data.gpuCosts.groups);
    expect(await rows()).toEqual([['ALLOCATED', 36, '11.50'], ['IDLE', 12, '1.50']]);
    expect(await rows({ dimension: 'GPU_MODEL' })).toEqual([['H100', 'ALLOCATED', 24, '10.00'], ['L4', 'ALLOCATED', 12, '1.50'], ['L4', 'IDLE', 12, '1.50']]);
    expect(await rows({ dimension: 'CHARGED_RESOURCE' }, { dimension: 'RESOURCE' })).toEqual([
      ['n1', 'a', 'ALLOCATED', 24, '10.00'], ['n2', 'b', 'ALLOCATED', 12, '1.50'], ['n2', null, 'IDLE', 12, '1.50'],
    ]);
  });

  it('show a viewer of a part its own, and neither the others nor whose the node is', async () => {
    const day = nextDay();
    await deliverFleet(app, 'scoped', day, [
      { id: 'n', gpus: 4, model: 'H100', team: 'owner' }, { id: 'a', of: 'n', team: 'a', allocated: always(1) }, { id: 'b', of: 'n', team: 'b', allocated: always(2) },
    ], [{ of: 'n', cost: '40' }]);
    const variables = { period: { start: day, end: dayAfter(day) }, groupBy: [{ dimension: 'CHARGED_RESOURCE' }, { dimension: 'RESOURCE' }], idle: 'SHOWN' };
    const seenBy = async (team: string) => {
      const { data } = await askAs(app, viewerOf({ tags: [{ key: 'team', values: [team] }] }), asked, variables);
      return [table(data.gpuCosts.groups), data.gpuCosts.total.amount];
    };
    expect(await seenBy('a')).toEqual([[[null, 'a', 'ALLOCATED', 24, '10.00']], '10.00']);
    expect(await seenBy('owner')).toEqual([[['n', null, 'IDLE', 24, '10.00']], '10.00']);
  });

  it.each([
    ['half a day', { end: '2026-06-01T12:00:00Z' }, 'period needs to begin and end at midnight, UTC, because costs are divided day by day, got 2026-06-01T00:00:00.000Z to 2026-06-01T12:00:00.000Z'],
    ['two years', { end: '2028-06-01T00:00:00Z' }, 'period may be at most 400 days, got 731'],
  ])('are refused for %s', async (_, options, message) => {
    expect((await ask('2026-06-01T00:00:00Z', options)).errors).toMatchObject([{ message, extensions: { code: 'INVALID', field: ['period'] } }]);
  });
});
