import type { RandomStream } from './random.js';

/**
 * Distribution function of the standard normal.
 *
 * Notation  Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + …), φ the density.
 * Units     x in standard deviations; the result is a probability, exact to about 1e-15 for |x| ≤ 8 and 0 or 1 beyond.
 * Source    Marsaglia, Evaluating the normal distribution, Journal of Statistical Software 11(4), 2004.
 */
export function normalProbability(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let term = x;
  let sum = x;
  let previous = 0;
  for (let odd = 3; sum !== previous; odd += 2) {
    previous = sum;
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/**
 * Quantile of the standard normal: the x for which Φ(x) = p, by Newton's method on Φ. simple-statistics has a `probit`,
 * but its closed form is off in the third digit, which would show in every bound.
 *
 * Units     p a probability strictly between 0.0001 and 0.9999; the result in standard deviations.
 * Source    Press, Teukolsky, Vetterling & Flannery, Numerical Recipes, 3rd ed., 2007, §9.4 (Newton's method).
 */
export function normalQuantile(p: number): number {
  let x = 0;
  // Φ is concave above 0 and convex below, so from 0 the steps approach the root from one side and never overshoot.
  for (let round = 0; round < 50; round += 1) {
    const step = (p - normalProbability(x)) / normalDensity(x);
    x += step;
    if (Math.abs(step) < 1e-14) break;
  }
  return x;
}

/** Density of the standard normal at x. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * Fills `draws` with independent standard normal values, by the polar method.
 *
 * Shapes    draws [count], overwritten.
 * Units     standard deviations.
 * Source  Marsaglia & Bray, A convenient method for generating normal variables, SIAM Review 6(3), 1964.
 */
export function fillNormal(draws: Float64Array, random: RandomStream): void {
  for (let i = 0; i < draws.length; i += 2) {
    let u = 0;
    let v = 0;
    let square = 0;
    do {
      u = 2 * random.next() - 1;
      v = 2 * random.next() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    draws[i] = u * factor;
    if (i + 1 < draws.length) draws[i + 1] = v * factor;
  }
}
