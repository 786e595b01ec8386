import { InsufficientHistory } from '../errors.js';
import { intermittent, smoothDemand } from './intermittent.js';

describe('intermittent demand', () => {
  it('smooths the chance and the size of demand separately', () => {
    // p = ½, z = 4: e = −2, p = ¼; e = 4 − 1 = 3, z = 4, p = ⅝
    const { mean, squares } = smoothDemand(Float64Array.of(0, 4), 0.5, 0.5);
    expect(mean).toBeCloseTo(2.5, 12);
    expect(squares).toBeCloseTo(13, 12);
  });

  it('fades once demand has ended', () => {
    const values = Float64Array.from({ length: 120 }, (_, t) => (t < 80 && t % 4 === 0 ? 8 : 0));
    const [mean] = intermittent.fit({ values, periods: [] }).forecast(1);
    expect(mean).toBeLessThan(1);
    expect(mean).toBeGreaterThanOrEqual(0);
  });

  it('refuses seven observations', () => {
    expect(() => intermittent.fit({ values: new Float64Array(7), periods: [] })).toThrow(InsufficientHistory);
  });
});
