import { InsufficientHistory } from '../errors.js';
import { minimiseOnGrid } from '../math/line-search.js';
import type { ForecastModel } from '../model.js';

const FEWEST = 8;
const WEIGHTS_TRIED = [0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99];
const FIRST_STEP = 0.06;
const FINEST_STEP = 0.01;
/** 1 − 1/θ stays below 1: at 1 the level would be left out altogether. */
const LARGEST_OMEGA = 0.98;

/**
 * Dynamic optimised theta: simple exponential smoothing plus a share of the straight line through all observations so
 * far, which is fitted anew with every one of them. How much the line counts is optimised together with the smoothing.
 *
 * Notation  y observations, n their count, ℓ level, α its weight, θ ≥ 1 the theta line, ω = 1 − 1/θ, and A, B intercept
 *           and slope of the least-squares line through y₁ … yₜ:
 *           μₜ = ℓₜ₋₁ + ω·((1 − α)ᵗ⁻¹·Aₜ₋₁ + (1 − (1 − α)ᵗ)/α·Bₜ₋₁),   ℓₜ = αyₜ + (1 − α)ℓₜ₋₁,
 *           ȳₜ = ((t − 1)ȳₜ₋₁ + yₜ)/t,   Bₜ = ((t − 2)Bₜ₋₁ + 6(yₜ − ȳₜ₋₁)/t)/(t + 1),   Aₜ = ȳₜ − (t + 1)Bₜ/2.
 *           Beyond the observations, μ takes the place of y.
 * Fit       for a given α the errors are linear in ω and in the first level ℓ₀, so both follow from two normal equations
 *           in one pass: only α is searched for. The errors counted are those from y₂ on, before which there is no line.
 * Shapes    values [n]; mean [horizon]; parameters [α, ω].
 * Units     the unit of `values`.
 * Throws    InsufficientHistory when n < 8: three parameters are fitted.
 * Source    Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, Models for optimising the theta method and their
 *           relationship to state space models, International Journal of Forecasting 32(4), 2016, §3 (DOTM).
 */
export const theta: ForecastModel = {
  name: 'theta',
  description: 'a level that follows the observations, and a share of the line through all of them',
  requiredObservations: () => FEWEST,

  fit({ values: y }, learnt) {
    const n = y.length;
    if (n < FEWEST) throw new InsufficientHistory({ model: 'theta', observations: n, required: FEWEST });
    const lines = linesSoFar(y);
    const alpha = learnt?.[0] ?? minimiseOnGrid((weight) => thetaLine(y, lines, weight).squares, {
      grid: WEIGHTS_TRIED,
      firstStep: FIRST_STEP,
      finest: FINEST_STEP,
    });
    const { omega, startLevel } = thetaLine(y, lines, alpha, learnt?.[1]);
    return {
      parameters: [alpha, omega],
      forecast: (horizon) => thetaMean(y, lines, { alpha, omega, startLevel }, horizon),
    };
  },
};

interface Lines {
  /** A and B after each observation; [n]. */
  readonly intercepts: Float64Array;
  readonly slopes: Float64Array;
  /** ȳ after the last. */
  readonly mean: number;
}

/** The least-squares line through y₁ … yₜ for every t, measured from y₁ so that high levels keep their digits. */
function linesSoFar(y: Float64Array): Lines {
  const n = y.length;
  const intercepts = new Float64Array(n);
  const slopes = new Float64Array(n);
  let mean = 0;
  let slope = 0;
  for (let t = 1; t <= n; t += 1) {
    const value = y[t - 1]! - y[0]!;
    if (t > 1) slope = ((t - 2) * slope + (6 / t) * (value - mean)) / (t + 1);
    mean += (value - mean) / t;
    slopes[t - 1] = slope;
    intercepts[t - 1] = mean - ((t + 1) / 2) * slope;
  }
  return { intercepts, slopes, mean };
}

/**
 * The best ω and ℓ₀ for a given α, or the best ℓ₀ when ω is given too, and the squared one-step errors they leave.
 *
 * Shapes    y [n]; intercepts and slopes [n], of the lines through y₁ … yₜ, measured from y₁ as the start level is.
 * Units     start level and squares in the unit of `y` and its square; α and ω fractions.
 */
export function thetaLine(
  y: Float64Array,
  { intercepts, slopes }: Pick<Lines, 'intercepts' | 'slopes'>,
  alpha: number,
  givenOmega?: number,
): { omega: number; startLevel: number; squares: number } {
  const n = y.length;
  const fading = 1 - alpha;
  // The error at t is u − ω·g − ℓ₀·w: u with neither, g and w what one unit of each explains.
  let level = 0;
  let w = fading;
  let uu = 0;
  let ug = 0;
  let uw = 0;
  let gg = 0;
  let gw = 0;
  let ww = 0;
  for (let t = 1; t < n; t += 1) {
    const value = y[t]! - y[0]!;
    const g = w * intercepts[t - 1]! + ((1 - w * fading) / alpha) * slopes[t - 1]!;
    const u = value - level;
    uu += u * u;
    ug += u * g;
    uw += u * w;
    gg += g * g;
    gw += g * w;
    ww += w * w;
    level += alpha * u;
    w *= fading;
  }
  const determinant = gg * ww - gw * gw;
  const best = determinant > 1e-12 * gg * ww ? (ug * ww - uw * gw) / determinant : 0;
  const omega = givenOmega ?? Math.min(LARGEST_OMEGA, Math.max(0, best));
  const startLevel = (uw - omega * gw) / ww;
  const squares =
    uu - 2 * omega * ug - 2 * startLevel * uw + omega * omega * gg + 2 * omega * startLevel * gw + startLevel * startLevel * ww;
  return { omega, startLevel, squares: Math.max(0, squares) };
}

function thetaMean(
  y: Float64Array,
  { intercepts, slopes, mean: lastMean }: Lines,
  { alpha, omega, startLevel }: { alpha: number; omega: number; startLevel: number },
  horizon: number,
): Float64Array {
  const n = y.length;
  const fading = 1 - alpha;
  let level = startLevel;
  for (let t = 0; t < n; t += 1) level += alpha * (y[t]! - y[0]! - level);
  let intercept = intercepts[n - 1]!;
  let slope = slopes[n - 1]!;
  let mean = lastMean;
  let faded = fading ** n;
  const forecast = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    const expected = level + omega * (faded * intercept + ((1 - faded * fading) / alpha) * slope);
    const t = n + h + 1;
    slope = ((t - 2) * slope + (6 / t) * (expected - mean)) / (t + 1);
    mean += (expected - mean) / t;
    intercept = mean - ((t + 1) / 2) * slope;
    level += alpha * (expected - level);
    faded *= fading;
    forecast[h] = y[0]! + expected;
  }
  return forecast;
}
