import { difference, referencesIn } from '../../test/support/reference-values.js';
import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { periodsWithin, seasonalStrength } from './seasonal-strength.js';

const noise = new Float64Array(840);
fillNormal(noise, randomStream(5));
const day = (t: number): number => 5 * Math.sin((2 * Math.PI * t) / 24);
const week = (t: number): number => (Math.floor(t / 24) % 7 > 4 ? -8 : 0);

describe('seasonal strength', () => {
  it('is the share of variance that the season explains', () => {
    // The season has variance 12.5 beside noise of 1: 12.5/13.5 = 0.926
    expect(seasonalStrength(noise.map((z, t) => z + day(t)), 24)).toBeCloseTo(0.926, 1);
    expect(seasonalStrength(noise, 24)).toBeLessThan(0.05);
  });

  it('finds the day, the week, both or none', () => {
    expect(periodsWithin(noise.map((z, t) => z + day(t)), [24, 168])).toEqual([24]);
    expect(periodsWithin(noise.map((z, t) => z + day(t) + week(t)), [24, 168])).toEqual([24, 168]);
    expect(periodsWithin(noise, [24, 168])).toEqual([]);
  });
});

const references = referencesIn('forecasts/decomposition/seasonal-strength.csv');

describe.each(references)('seasonal strength, on %s', (_, { values, periods, answer }) => {
  it('is nearly the adjusted R² of the phases in lm() of R', () => {
    // It would be that very number with plain means for a figure; trimmed and drawn towards zero, ours explains up to
    // 0.012 less.
    const less = answer('adjusted.r.squared')[0]! - seasonalStrength(values, periods[0]!);
    expect(less).toBeGreaterThanOrEqual(0);
    expect(less).toBeLessThan(0.012);
  });

  it('is near the strength of Forecasting: Principles and Practice, which is not adjusted', () => {
    // Up to 0.054 below it. On the residents stl() finds more remainder than season and remainder together, a strength
    // of 0; ours finds 0.23 beside what little its trend leaves.
    const isWithoutSeason = answer('fpp3.strength')[0] === 0;
    const apart = difference([seasonalStrength(values, periods[0]!)], answer('fpp3.strength'), 1);
    expect(apart).toBeLessThan(isWithoutSeason ? 0.24 : 0.055);
  });
});
