import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { days, deliverFleet, projectRoot, TestApp } from '../support/index.js';

describe('the guide for finance', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z' });
  });
  afterAll(() => app.stop());

  /** Its queries that ask for this. */
  const queriesOf = async (field: string): Promise<string[]> => {
    const guide = await readFile(join(projectRoot, 'docs/guides/finance.md'), 'utf8');
    return [...guide.matchAll(/```graphql\n([^`]+)```/g)].map(([, query]) => query!).filter((query) => query.includes(field));
  };

  it('has a query for the costs of GPUs that answers with the parts of the bill', async () => {
    const october = days('2026-10-01', 31);
    const hourly = Array.from({ length: 31 * 24 }, () => 3);
    await deliverFleet(app, 'guided', october[0]!, [{ id: 'node', gpus: 4, model: 'H100', utilization: hourly.map(() => 0.5) }, { id: 'training', of: 'node', team: 'research', model: 'H100', allocated: hourly }], october.map((day) => ({ of: 'node', cost: '96', day })));
    const [query, ...others] = await queriesOf('gpuCosts');
    expect(others).toEqual([]);
    expect((await app.data(query!)).gpuCosts).toEqual({
      total: { amount: '2976.00', currency: 'USD' },
      groups: [
        { key: ['research'], part: 'WHOLE', gpuHours: 2232, total: { amount: '2232.00', currency: 'USD' } },
        { key: [null], part: 'IDLE', gpuHours: 744, total: { amount: '744.00', currency: 'USD' } },
      ],
      unpriced: [],
    });
    // 2,976.00 over 2,232 hours that were had, half of them active.
    const [ofOne] = await queriesOf('unitCosts');
    const { unitCosts } = await app.data(ofOne!);
    expect(unitCosts.map(({ kind, points: [point] }: { kind: string; points: { quantity: number; cost: { amount: string } }[] }) => [kind, point!.quantity, point!.cost.amount])).toEqual([
      ['GPU_HOUR_ALLOCATED', 2232, '1.333333'], ['GPU_HOUR_ACTIVE', 1116, '2.666667'],
    ]);
  });
});
