import { minimiseOnGrid } from './line-search.js';

describe('search along a line', () => {
  const search = { grid: [0, 0.25, 0.5, 0.75, 1], firstStep: 0.125, finest: 0.001 };

  it('finds the bottom of a valley', () => {
    expect(minimiseOnGrid((x) => (x - 0.37) ** 2, search)).toBeCloseTo(0.37, 2);
  });

  it('finds the deeper of two valleys', () => {
    const valleys = (x: number): number => Math.min((x - 0.1) ** 2 + 0.1, (x - 0.9) ** 2);
    expect(minimiseOnGrid(valleys, search)).toBeCloseTo(0.9, 2);
  });

  it('stays within its bounds', () => {
    expect(minimiseOnGrid((x) => x, search)).toBe(0);
    expect(minimiseOnGrid((x) => -x, search)).toBe(1);
  });
});
