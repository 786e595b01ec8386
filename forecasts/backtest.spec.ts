import { backtest, earliestOrigin, type OriginForecasts } from './backtest.js';
import { errorCorrelation } from './error-correlation.js';
import { errorVariance } from './error-variance.js';
import { fillNormal } from './math/normal.js';
import { randomStream } from './math/random.js';
import { drift } from './models/drift.js';
import { naive } from './models/naive.js';
import { linear } from './preparation/scale.js';
import { naiveVariance } from './naive-variance.js';
import { combinationWeights, combine, provesTrend } from './select-model.js';

const line = Float64Array.from({ length: 60 }, (_, t) => 10 + 2 * t);
const training = { values: line, periods: [] };
const prepared = { observed: line, scale: linear };

describe('backtest', () => {
  it('forecasts from the past, seeing only what lay before', () => {
    const { origins, stride } = backtest([naive, drift], training, prepared, 20);
    expect(stride).toBe(5);
    expect(origins).toHaveLength(7);
    for (const { origin, actuals, means } of origins) {
      expect(origin).toBeGreaterThanOrEqual(24);
      expect(actuals).toEqual(line.subarray(origin, origin + Math.min(20, 60 - origin)));
      expect(means[0]!.every((value) => value === line[origin - 1])).toBe(true);
      means[1]!.forEach((value, h) => expect(value).toBeCloseTo(actuals[h]!, 8));
    }
  });

  it('starts on the weekday of the forecast', () => {
    const values = new Float64Array(140).map((_, t) => t % 7);
    const { stride } = backtest([naive], { values, periods: [7] }, { ...prepared, observed: values }, 20);
    expect(stride % 7).toBe(0);
  });

  it('holds nothing back from the shortest series', () => {
    expect(earliestOrigin(3, [], 5)).toBe(2);
    expect(earliestOrigin(14, [7], 5)).toBe(14);
    expect(backtest([naive], { values: line.subarray(0, 14), periods: [7] }, prepared, 5).origins).toEqual([]);
  });
});

describe('combination', () => {
  const origin = (errors: number[], observations = 450) => ({
    origin: observations,
    shift: null,
    actuals: Float64Array.of(10, 10),
    means: errors.map((error) => Float64Array.of(10 + error, 10 - error)),
  });

  it('weighs by a power of the error that grows with the series, and drops the hopeless', () => {
    // After 450 observations the power is 4: relative weights 1, (1/1.5)⁴ = 16/81, (1/3)⁴ = 0.012 → 0
    const weights = combinationWeights(3, [1, 2, 3, 4].map(() => origin([1, 1.5, 3])));
    expect(weights[0]).toBeCloseTo(81 / 97, 10);
    expect(weights[1]).toBeCloseTo(16 / 97, 10);
    expect(weights[2]).toBe(0);
    // After 150 it is 2: 1, 1/4
    expect(combinationWeights(2, [origin([1, 2], 150)])[0]).toBeCloseTo(0.8, 10);
  });

  it('shares evenly when there is nothing to judge by, and among models that are exact', () => {
    expect([...combinationWeights(2, [])]).toEqual([0.5, 0.5]);
    expect([...combinationWeights(3, [origin([0, 0, 5])])]).toEqual([0.5, 0.5, 0]);
    expect([...combinationWeights(2, [{ ...origin([1, 2]), actuals: Float64Array.of(NaN, NaN) }])]).toEqual([0.5, 0.5]);
  });

  it('is the weighted mean', () => {
    expect([...combine([Float64Array.of(1, 2), Float64Array.of(3, 8)], Float64Array.of(0.75, 0.25))]).toEqual([1.5, 3.5]);
  });
});

describe('a trend', () => {
  const origins = (ofTrend: number): OriginForecasts[] => [
    { origin: 100, actuals: Float64Array.of(0, 0), means: [Float64Array.of(1, 1), Float64Array.of(ofTrend, ofTrend)], shift: null },
  ];

  it('is proved at rolling origins by who follows it, and by a good deal', () => {
    expect(provesTrend(origins(0.84), [false, true])).toBe(true);
    expect(provesTrend(origins(0.86), [false, true])).toBe(false);
    expect(provesTrend([], [false, true])).toBe(false);
    expect(provesTrend(origins(0.1), [false, false])).toBe(false);
  });
});

describe('error variance', () => {
  const walk = (length: number, seed: number): Float64Array => {
    const draws = new Float64Array(length);
    fillNormal(draws, randomStream(seed));
    let level = 0;
    return draws.map((z) => (level += z));
  };

  it('of the naive method grows in step with the horizon on a random walk', () => {
    let atOne = 0;
    let atTwenty = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const curve = naiveVariance(walk(400, seed));
      atOne += curve(1) / 40;
      atTwenty += curve(20) / 40;
    }
    // True values 1 and about 20·(1 + 20/400).
    expect(atOne).toBeGreaterThan(0.8);
    expect(atOne).toBeLessThan(1.3);
    expect(atTwenty).toBeGreaterThan(16);
    expect(atTwenty).toBeLessThan(27);
  });

  it('is the prior without origins, wider the less history stands behind a step', () => {
    // π/2·look² = 4
    const look = Math.sqrt(8 / Math.PI);
    const variance = errorVariance([], () => 4, { horizon: 10, stride: 1, observations: 10 });
    const known = errorVariance([Float64Array.of(look, look)], () => 4, { horizon: 10, stride: 1, observations: 1000 });
    // One look of 4 and a prior of 4 agree; known as from three, 4·(1 + 1/3).
    expect(known[0]).toBeCloseTo(5.3333, 2);
    // At step 10 with 10 observations, known as from two: 4·(1 + 0.8²)·(1 + ½).
    expect(variance[9]).toBeCloseTo(9.84, 10);
  });

  it('takes from longer origins what lies within the horizon', () => {
    const asked = { horizon: 3, stride: 1, observations: 1000 };
    expect(errorVariance([new Float64Array(10)], () => 0, asked)).toEqual(new Float64Array(3));
  });

  it('leaves correlation at its prior without origins, and finds it from totals', () => {
    expect(errorCorrelation([], new Float64Array(0))).toBe(0.9);
    expect(errorCorrelation([new Float64Array(5)], new Float64Array(5))).toBe(0.9);
    const correlated = (rho: number): Float64Array[] =>
      Array.from({ length: 400 }, (_, seed) => {
        const draws = new Float64Array(30);
        fillNormal(draws, randomStream(seed));
        let error = draws[0]!;
        return draws.map((z, h) => (error = h === 0 ? z : rho * error + Math.sqrt(1 - rho * rho) * z));
      });
    const even = new Float64Array(30).fill(1);
    expect(errorCorrelation(correlated(0.8), even)).toBeCloseTo(0.8, 1);
    expect(errorCorrelation(correlated(0), even)).toBeLessThan(0.1);
  });
});
