import { difference, referencesIn } from '../test/support/reference-values.js';
import { intervalsAt } from './intervals.js';

// Ours have heavier tails than the normal ones of R: with an excess kurtosis of 1.5 the bound for z lies at
// z + (z³ − 3z)·1.5/24, which is 1 + (z² − 3)/16 times as far from the mean. It is z² that R tabulates: qnorm(…)^2.
const FURTHER = [
  [50, 1 + (0.454936423119572 - 3) / 16],
  [80, 1 + (1.64237441514982 - 3) / 16],
  [95, 1 + (3.84145882069412 - 3) / 16],
  [99, 1 + (6.63489660102121 - 3) / 16],
] as const;

describe.each(referencesIn('forecasts/intervals.csv'))('intervals, on %s', (_, { answer }) => {
  const [mean, sd] = [answer('mean'), answer('sd')];

  it.each(FURTHER)('at %d %% are those of rwf() of R, %d times as far from the mean', (level, further) => {
    const [interval] = intervalsAt({ mean, sd, errorCorrelation: 0, nonNegative: false }, [level]);
    const bound = (side: string): Float64Array =>
      answer(`${side}.${level}`).map((value, h) => mean[h]! + further * (value - mean[h]!));
    expect(difference(interval!.lower, bound('lower'))).toBeLessThan(1e-10);
    expect(difference(interval!.upper, bound('upper'))).toBeLessThan(1e-10);
  });
});
