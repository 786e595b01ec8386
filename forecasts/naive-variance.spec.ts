import { difference, referencesIn } from '../test/support/reference-values.js';
import { fitGrowthCurve } from './math/growth-curve.js';
import { naiveVariance } from './naive-variance.js';

// The points, and the curve through them, are those that the growth curve is held against.
const references = referencesIn('forecasts/math/growth-curve.csv');

describe.each(references)('variance of the naive method, on %s', (_, { values, answer }) => {
  it('lies around the squares of diff() of R', () => {
    const heights = answer('heights');
    const through = fitGrowthCurve({ steps: answer('steps'), heights, counts: answer('counts'), expected: heights });
    const curve = naiveVariance(values);
    const ahead = [1, 2, 5, 10, 30, 100];
    expect(difference(ahead.map(curve), ahead.map(through))).toBeLessThan(1e-9);
  });
});
