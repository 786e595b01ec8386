import { forecast } from '../forecast.js';
import { mae } from '../accuracy.js';
import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import type { Series } from '../series.js';
import { addWindow, coefficientsOf, emptySums, fleetMean } from './fleet-regression.js';
import { fitFleet } from './fleet.js';

const HORIZON = 14;

/** Walks that return to their mean: what one alone shows of that in 120 days is little, and what forty show is plain. */
function returning(seed: number, length: number): Float64Array {
  const draws = new Float64Array(length);
  fillNormal(draws, randomStream(seed));
  let level = 0;
  return draws.map((z) => 500 + 10 * (seed % 7) + (level = 0.9 * level + 5 * z));
}

const seriesOf = (values: Float64Array): Series => ({ values, periods: [7], nonNegative: true });
const learnt = Array.from({ length: 60 }, (_, seed) => returning(seed, 160));
const known = learnt.map((values) => seriesOf(values.subarray(0, 160 - HORIZON)));

describe('a fleet', () => {
  const fleet = fitFleet(known, HORIZON);

  it('has a say where series share what one alone does not show, and forecasts better for it', () => {
    expect(fleet.linear!.weight).toBeGreaterThan(0.1);
    let alone = 0;
    let together = 0;
    known.forEach((series, i) => {
      const actuals = learnt[i]!.subarray(160 - HORIZON);
      alone += mae(actuals, forecast(series, { horizon: HORIZON, levels: [80] }).mean);
      const answer = forecast(series, { horizon: HORIZON, levels: [80], fleet });
      together += mae(actuals, answer.mean);
      expect(answer.models.find(({ name }) => name === 'fleet-regression')?.weight).toBeCloseTo(fleet.linear!.weight, 12);
      expect(answer.models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    });
    expect(together).toBeLessThan(0.98 * alone);
  });

  it('has no say among walks, whose last value is all there is to know', () => {
    const walks = Array.from({ length: 60 }, (_, seed) => {
      const draws = new Float64Array(200);
      fillNormal(draws, randomStream(seed + 1000));
      let level = 1000;
      return seriesOf(draws.map((z) => (level += z)));
    });
    const { linear } = fitFleet(walks, HORIZON);
    expect(linear === null || linear.weight < 0.1).toBe(true);
  });

  it('is none of a few series, of short ones, and of those that never moved', () => {
    const none = { linear: null, logarithmic: null };
    expect(fitFleet(known.slice(0, 5), HORIZON)).toMatchObject(none);
    expect(fitFleet(known.map(({ values }) => seriesOf(values.subarray(0, 20))), HORIZON)).toMatchObject(none);
    expect(fitFleet(known.map(() => seriesOf(new Float64Array(160).fill(3))), HORIZON)).toMatchObject(none);
    expect(fitFleet([], HORIZON)).toMatchObject(none);
  });

  it('passes over series that cannot be forecast, and says the same to the bit', () => {
    const broken = [seriesOf(Float64Array.of(1, Infinity, 2)), seriesOf(new Float64Array(3).fill(NaN))];
    expect(fitFleet([...known, ...broken], HORIZON)).toEqual(fleet);
  });

  it('says nothing of a series with other seasons', () => {
    const other = { ...known[0]!, periods: [5] };
    const question = { horizon: HORIZON, levels: [80] };
    expect(forecast(other, { ...question, fleet })).toEqual(forecast(other, question));
    expect(fitFleet([...known, other], HORIZON)).toEqual(fleet);
  });

  it('leaves the forecast of a series that is too short for it as it is', () => {
    const short = seriesOf(returning(3, 30));
    const question = { horizon: HORIZON, levels: [80] };
    expect(forecast(short, { ...question, fleet })).toEqual(forecast(short, question));
  });

  it('survives the way to another thread', () => {
    const question = { horizon: HORIZON, levels: [80] };
    expect(forecast(known[0]!, { ...question, fleet: structuredClone(fleet) })).toEqual(forecast(known[0]!, { ...question, fleet }));
  });
});

describe('the regression of a fleet', () => {
  it('learns what follows from what was before, whatever the level and the size', () => {
    // Each next value lies as far on the other side of the level as the last: level + size·(−1)ᵗ.
    const lags = { lags: [1, 2], season: 2 };
    const sums = emptySums(lags, 2);
    const series = [1, 10, 100].map((size) => Float64Array.from({ length: 40 }, (_, t) => 7 * size + size * (-1) ** t));
    for (const values of series) for (let origin = 2; origin < 38; origin += 1) addWindow(sums, values, origin, lags);
    expect(sums.count).toBe(3 * 36);
    const mean = fleetMean(series[1]!, 40, coefficientsOf(sums, lags), lags)!;
    // The ridge of 0.02 against features of size 1, twice as good for two lags that say the same: 2/(2 + 0.02) of the way.
    expect(mean[0]).toBeCloseTo(70 + (10 * 2) / 2.02, 9);
    expect(mean[1]).toBeCloseTo(70 - (10 * 2) / 2.02, 9);
  });

  it('has nothing to say of a series that is too short or stands still', () => {
    const lags = { lags: [1, 2, 3], season: 1 };
    const sums = emptySums(lags, 1);
    addWindow(sums, new Float64Array(10).fill(4), 5, lags);
    expect(sums.count).toBe(0);
    expect(fleetMean(Float64Array.of(1, 2), 2, new Float64Array(4), lags)).toBeNull();
  });
});
