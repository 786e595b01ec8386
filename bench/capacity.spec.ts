import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readClusterDemand, scoreOfDemand } from './cluster-demand.js';
import { outlooksOfFleet } from './exhaustion-outlooks.js';
import { reliabilityOf, reliabilityTable } from './reliability.js';
import { simulatedFleet } from './simulated-fleets.js';

const longestMs = 180_000;
const clusterDemand = fileURLToPath(new URL('../../../shared/data/gpu-cluster', import.meta.url));

describe('chances of running out', () => {
  it('are near to how often it happens in simulated fleets, whether small or large', () => {
    const outlooks = Array.from({ length: 24 }, (_, i) => outlooksOfFleet(1001 + i, { pathCount: 200, futureCount: 24 })).flat();
    const told = reliabilityOf(outlooks).filter(({ groups }) => groups >= 8);
    expect(told.length).toBeGreaterThan(5);
    // Few fleets: a tenth strays by chance as far as one toss for each of its fleets does.
    for (const { predicted, observed, byChance } of told) expect(Math.abs(observed - predicted)).toBeLessThan(Math.max(0.05, byChance));
    const error = outlooks.reduce((sum, { predicted, observed }) => sum + (predicted - observed) ** 2, 0) / outlooks.length;
    expect(error).toBeLessThan(0.04);
  }, longestMs);

  it('are the same for the same fleet, and its futures differ', () => {
    const few = { pathCount: 10, futureCount: 2 };
    expect(outlooksOfFleet(5, few)).toEqual(outlooksOfFleet(5, few));
    const [pool] = simulatedFleet(5, 30);
    const uniform = { next: () => 0.25 };
    const other = { next: () => 0.5 };
    expect(pool!.future(uniform)).toEqual(pool!.future(uniform));
    expect(pool!.future(uniform)).not.toEqual(pool!.future(other));
  });

  it('are held against frequencies tenth by tenth', () => {
    const outlooks = [
      { group: 1, predicted: 0.12, observed: 0 },
      { group: 2, predicted: 0.18, observed: 1 },
      { group: 2, predicted: 1, observed: 0.5 },
    ];
    const reliability = reliabilityOf(outlooks);
    expect(reliability[1]).toMatchObject({ from: 0.1, count: 2, groups: 2, observed: 0.5 });
    expect(reliability[1]!.predicted).toBeCloseTo(0.15, 12);
    // 1.96·√(0.15·0.85/2)
    expect(reliability[1]!.byChance).toBeCloseTo(0.49488, 4);
    expect(reliability[9]).toMatchObject({ count: 1, predicted: 1, observed: 0.5 });
    expect(reliabilityTable('title', reliability).rows[1]).toEqual(['10 to 20 %', '2', '2', '15.0', '50.0', '+35.0', '± 49.5']);
    expect(reliabilityTable('title', reliability).rows[5]).toEqual(['50 to 60 %', '0', '0', '', '', '', '']);
  });
});

describe('the demand of a real cluster', () => {
  it('is read from a folder that has it', async () => {
    await expect(readClusterDemand('/nowhere')).rejects.toThrow(/usage\.csv/);
  });

  (existsSync(clusterDemand) ? it : it.skip)('is forecast for a week, where ../shared/data/gpu-cluster is', async () => {
    const demand = await readClusterDemand(clusterDemand);
    const storage = scoreOfDemand('STORAGE', demand.get('STORAGE')!);
    const gpus = scoreOfDemand('GPU_REQUESTED', demand.get('GPU_REQUESTED')!);
    expect(storage.wape).toBeLessThanOrEqual(0.01);
    expect(gpus.wape).toBeLessThanOrEqual(0.013);
    for (const { coverage80 } of [storage, gpus]) {
      expect(coverage80).toBeGreaterThanOrEqual(0.7);
      expect(coverage80).toBeLessThanOrEqual(0.9);
    }
  }, longestMs);
});
