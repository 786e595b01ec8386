import { quantity } from './quantity.js';

describe('a quantity of Kubernetes', () => {
  it.each([
    ['8', 8],
    ['0', 0],
    ['1500m', 1.5],
    ['100Gi', 100 * 2 ** 30],
    ['1.5Ti', 1.5 * 2 ** 40],
    ['.5', 0.5],
    ['12e3', 12_000],
    ['5E', 5e18],
    ['2E-1', 0.2],
    ['2k', 2_000],
    ['+3', 3],
  ])('%s is read', (text, value) => {
    expect(quantity(text)).toBe(value);
  });

  it.each(['', 'many', '1 Gi', '1GiB', '1,5', undefined])('%p is no number, and never 0', (text) => {
    expect(quantity(text)).toBeNaN();
  });
});
