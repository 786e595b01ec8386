import { dateQuantile, exhaustionCurve, forecast, simulatePaths, totalOver } from './index.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';

const WEEK = [1, 1.05, 1.06, 1.04, 1, 0.8, 0.78];
const HORIZON = 90;
const REPEATS = 24;

type Maker = (length: number, seed: number) => Float64Array;

function withNoise(make: (draws: Float64Array, uniform: () => number) => Float64Array): Maker {
  return (length, seed) => {
    const random = randomStream(seed);
    const draws = new Float64Array(length);
    fillNormal(draws, random);
    return make(draws, () => random.next());
  };
}

/** Demand with a weekly cycle, slow growth, and launches that lift it for good about every 75 days. */
const gpuDemand = withNoise((draws, uniform) => {
  let level = 150 + 100 * uniform();
  const growth = 0.4 * uniform();
  let stray = 0;
  return draws.map((z, t) => {
    level += growth + (uniform() < 1 / 75 ? 10 + 20 * uniform() : 0);
    stray = 0.6 * stray + 5 * z;
    return Math.max(0, level * WEEK[t % 7]! + stray);
  });
});

/** A volume that fills at its own pace. */
const storage = withNoise((draws, uniform) => {
  let level = 1000;
  const growth = 1 + 2 * uniform();
  return draws.map((z) => (level += growth + 1.5 * z));
});

/** Noise around a level with a weekly cycle. */
const steadyUse = withNoise((draws) => draws.map((z, t) => 100 * WEEK[t % 7]! + 8 * z));

/** A level that wanders without direction. */
const wandering = withNoise((draws) => {
  let level = 300;
  return draws.map((z) => Math.max(0, (level += 4 * z)));
});

/** Coverage of the 80 and 95 % intervals at steps 24–30 and 84–90, over simulated series whose future is known. */
function coverages(make: Maker, length: number): Record<'eighty' | 'ninetyFive', readonly [number, number]> {
  const hits = [
    [0, 0],
    [0, 0],
  ];
  for (let seed = 1; seed <= REPEATS; seed += 1) {
    const truth = make(length + HORIZON, 1000 * seed + length);
    const { intervals } = forecast(
      { values: truth.slice(0, length), periods: [7], nonNegative: true },
      { horizon: HORIZON, levels: [80, 95] },
    );
    intervals.forEach(({ lower, upper }, i) => {
      [30, 90].forEach((end, j) => {
        for (let h = end - 7; h < end; h += 1) {
          const actual = truth[length + h]!;
          if (actual >= lower[h]! && actual <= upper[h]!) hits[i]![j]! += 1 / (7 * REPEATS);
        }
      });
    });
  }
  return { eighty: [hits[0]![0]!, hits[0]![1]!], ninetyFive: [hits[1]![0]!, hits[1]![1]!] };
}

describe('calibration', () => {
  it.each([100, 200])('holds on average over kinds of series of %d days', (length) => {
    const kinds = [gpuDemand, storage, steadyUse, wandering].map((make) => coverages(make, length));
    const average = (level: 'eighty' | 'ninetyFive', j: 0 | 1): number =>
      kinds.reduce((sum, kind) => sum + kind[level][j], 0) / kinds.length;
    for (const j of [0, 1] as const) {
      expect(average('eighty', j)).toBeGreaterThan(0.7);
      expect(average('eighty', j)).toBeLessThan(0.93);
      expect(average('ninetyFive', j)).toBeGreaterThan(0.88);
      expect(average('ninetyFive', j)).toBeLessThan(0.995);
    }
  });

  it('dates the exhaustion of a volume that fills steadily', () => {
    // The limit lies 60 days ahead at the pace so far.
    let inside = 0;
    let met = 0;
    for (let seed = 1; seed <= REPEATS; seed += 1) {
      const truth = storage(150 + 180, seed);
      const now = truth[149]!;
      const limit = now + 60 * ((now - truth[0]!) / 149);
      const answer = forecast({ values: truth.slice(0, 150), periods: [7], nonNegative: true }, { horizon: 180, levels: [80] });
      const curve = exhaustionCurve(simulatePaths(answer, { count: 400, seed }), new Float64Array(180).fill(limit));
      const passed = truth.subarray(150).findIndex((value) => value > limit);
      const [early, late] = [dateQuantile(curve, 0.1), dateQuantile(curve, 0.9)];
      if (passed >= 0) met += 1;
      if (passed >= 0 && early !== null && passed >= early && (late === null || passed <= late)) inside += 1;
    }
    expect(met).toBe(REPEATS);
    expect(inside / REPEATS).toBeGreaterThan(0.65);
  });

  it('bounds the total of a month', () => {
    let inside = 0;
    for (let seed = 1; seed <= REPEATS; seed += 1) {
      const truth = gpuDemand(150 + 30, seed);
      const answer = forecast({ values: truth.slice(0, 150), periods: [7], nonNegative: true }, { horizon: 30, levels: [80] });
      const total = totalOver(simulatePaths(answer, { count: 400, seed }), { start: 0, end: 30 });
      const actual = truth.subarray(150).reduce((sum, value) => sum + value, 0);
      if (actual >= total.quantile(0.1) && actual <= total.quantile(0.9)) inside += 1;
    }
    expect(inside / REPEATS).toBeGreaterThan(0.65);
    expect(inside / REPEATS).toBeLessThan(0.97);
  });
});
