import { minimise } from './minimise.js';

it('finds the bottom of the Rosenbrock valley at (1, 1)', () => {
  const { point, value } = minimise(([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2, {
    start: [-1.2, 1],
    step: [0.5, 0.5],
    tolerance: 1e-12,
    rounds: 500,
  });
  expect(value).toBeLessThan(1e-8);
  expect(point[0]).toBeCloseTo(1, 3);
  expect(point[1]).toBeCloseTo(1, 3);
});
