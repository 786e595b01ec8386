import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';
import { drift } from './drift.js';
import { smoothingWithDrift } from './smoothing-with-drift.js';

describe('smoothing with drift', () => {
  it('continues a straight line exactly', () => {
    const values = Float64Array.from({ length: 40 }, (_, t) => 100 + 3 * t);
    const mean = smoothingWithDrift.fit({ values, periods: [] }).forecast(2);
    expect(mean[0]).toBeCloseTo(220, 6);
    expect(mean[1]).toBeCloseTo(223, 6);
  });

  it('agrees with least squares when noise hides the level', () => {
    // Alternating ±5 around 2t. The line from first to last has a slope of 2 − 10/99, which is 0.1 off; the
    // least-squares line one of 2 − 30/(n² − 1), which is 0.003 off.
    const values = Float64Array.from({ length: 100 }, (_, t) => 2 * t + (t % 2 === 0 ? 5 : -5));
    const mean = smoothingWithDrift.fit({ values, periods: [] }).forecast(2);
    expect(Math.abs(mean[1]! - mean[0]! - 2)).toBeLessThan(0.01);
  });

  it('agrees with the drift model on a random walk', () => {
    const values = new Float64Array(300);
    fillNormal(values, randomStream(3));
    for (let t = 1; t < 300; t += 1) values[t]! += values[t - 1]! + 2;
    const [next] = smoothingWithDrift.fit({ values, periods: [] }).forecast(1);
    const [drifted] = drift.fit({ values, periods: [] }).forecast(1);
    expect(Math.abs(next! - drifted!)).toBeLessThan(0.3);
  });

  it('refuses five observations', () => {
    expect(() => smoothingWithDrift.fit({ values: new Float64Array(5), periods: [] })).toThrow(InsufficientHistory);
  });
});

const references = referencesIn('forecasts/models/smoothing-with-drift.csv');

describe.each(references)('smoothing with drift, on %s', (_, { values, answer }) => {
  const fitted = smoothingWithDrift.fit({ values, periods: [] });

  it('fits start and drift as lm() of R does', () => {
    const given = smoothingWithDrift.fit({ values, periods: [] }, [0.3]);
    expect(difference(given.forecast(12), answer('given.mean'))).toBeLessThan(1e-11);
  });

  it('finds the weight that optimize() of R finds', () => {
    expect(Math.abs(fitted.parameters[0]! - answer('best.alpha')[0]!)).toBeLessThan(0.01);
    expect(difference(fitted.forecast(12), answer('best.mean'), rangeOf(values))).toBeLessThan(0.003);
  });

  it('ends near ets() of R with a trend that never changes', () => {
    // Twelve steps ahead they are 0.2 % of the range apart in the median, and at most 3.5 %, but for Lake Huron, where
    // the search of ets() stops at 0.8 % more of the squared errors and another drift: 13 %.
    expect(difference(fitted.forecast(12), answer('ets.mean'), rangeOf(values))).toBeLessThan(0.14);
  });
});
