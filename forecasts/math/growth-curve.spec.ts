import { fitGrowthCurve } from './growth-curve.js';

const steps = Float64Array.from({ length: 30 }, (_, h) => h + 1);
const even = new Float64Array(30).fill(1);
const through = (heights: Float64Array) => fitGrowthCurve({ steps, heights, counts: even, expected: even.map(() => 100) });

describe('growth curve', () => {
  it('recovers noise, wandering and a wrong slope', () => {
    const curve = through(steps.map((h) => 4 + 2 * h + 0.1 * h * h));
    expect(curve(1)).toBeCloseTo(6.1, 1);
    expect(curve(20)).toBeCloseTo(84, 1);
    // Beyond the points it goes on in the same shape.
    expect(curve(60)).toBeCloseTo(484, -1);
  });

  it('never falls, even where the points do', () => {
    const curve = through(steps.map((h) => 100 - h));
    expect(curve(30)).toBeGreaterThanOrEqual(curve(1));
    expect(curve(1)).toBeCloseTo(84.5, 0);
  });

  it('is zero through zeros, and finite through the highest of points', () => {
    expect(fitGrowthCurve({ steps, heights: even.map(() => 0), counts: even, expected: even.map(() => 0) })(9)).toBe(0);
    expect(through(even.map(() => 1e200))(9)).toBeCloseTo(1e200, -195);
  });
});
