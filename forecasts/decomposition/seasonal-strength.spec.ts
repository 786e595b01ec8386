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
