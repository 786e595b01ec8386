import { fitGrowthCurve, type GrowthCurve } from './math/growth-curve.js';

/** Origins whose word weighs as much as the prior's. */
const PRIOR_ORIGINS = 2;
/** Standard deviations added for each length of the history that a step lies beyond its end, as a right angle adds. */
const UNSEEN_PER_HISTORY = 0.8;
/** A step is judged by the whole curve and by the steps around it, half and half: errors at night are not those at noon. */
const NEIGHBOURS = 2;

/**
 * Variance of a forecast's error at each step: what the rolling origins showed, smoothed over steps, and drawn towards a
 * prior as far as they are few. At long steps they overlap: eight origins that share one stretch of 90 steps are one look.
 * Nothing that was seen speaks for a time as long as the whole history, so the variance grows further with that share.
 *
 * Notation  e errors at rolling origins, n observations, K(h) independent looks at step h, V prior, r mean of fit/V:
 *           s²(h) = (1 + (0.8h/n)²)·(1 + 1/(K + 2))·(K·fit(h) + 2·r·V(h)) / (K + 2), where fit is half the growth curve
 *           through π/2·(mean |e|)² of each step, which is the variance of normal errors, and half their mean around h, and r is itself drawn towards 1
 *           as far as looks are few.
 * Shapes    errors [origins][steps of that origin], NaN where nothing was observed; result [horizon].
 * Units     the square of the unit of the errors.
 * Source    Bergmeir & Benítez, On the use of cross-validation for time series predictor evaluation, Information Sciences 191,
 *           2012 (errors at rolling origins); the prior, the looks and what is unseen are ours.
 */
export function errorVariance(
  errors: readonly Float64Array[],
  prior: GrowthCurve,
  { horizon, stride, observations }: { horizon: number; stride: number; observations: number },
): Float64Array {
  let tested = 0;
  for (const error of errors) tested = Math.max(tested, Math.min(horizon, error.length));
  const steps = new Float64Array(tested);
  const means = new Float64Array(tested);
  const counts = new Float64Array(tested);
  for (const error of errors) {
    for (let h = 0; h < Math.min(tested, error.length); h += 1) {
      const e = error[h]!;
      if (Number.isNaN(e)) continue;
      counts[h]! += 1;
      means[h]! += (Math.abs(e) - means[h]!) / counts[h]!;
    }
  }
  // The mean absolute error is deaf to the one origin that met a holiday; a mean square would be made by it.
  for (let h = 0; h < tested; h += 1) means[h] = (Math.PI / 2) * means[h]! ** 2;
  const priors = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) priors[h] = prior(h + 1);
  for (let h = 0; h < tested; h += 1) steps[h] = h + 1;
  const curve = fitGrowthCurve({ steps, heights: means, counts, expected: priors.subarray(0, tested) });
  const fit = new Float64Array(tested);
  for (let h = 0; h < tested; h += 1) fit[h] = 0.5 * (curve(h + 1) + meanAround(h, means, counts));

  // Models that see through the noise do better than the naive method at every step: the prior keeps its shape over
  // steps, and takes its size from the origins as far as they are looks of their own.
  let ratios = 0;
  let count = 0;
  let lookedAt = 0;
  for (let h = 0; h < tested; h += 1) {
    // A series that stood still has a prior of nothing, and nothing to compare.
    if (priors[h]! === 0) continue;
    ratios += (counts[h]! * fit[h]!) / priors[h]!;
    count += counts[h]!;
    lookedAt += counts[h]! * looksAt(counts[h]!, h, stride);
  }
  const ratio = count > 0 ? ratios / count : 1;
  const meanLooks = count > 0 ? lookedAt / count : 0;
  const size = (meanLooks * ratio + PRIOR_ORIGINS) / (meanLooks + PRIOR_ORIGINS);

  const variance = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    const looks = h < tested ? looksAt(counts[h]!, h, stride) : 0;
    const known = looks + PRIOR_ORIGINS;
    const unseen = 1 + ((UNSEEN_PER_HISTORY * (h + 1)) / observations) ** 2;
    const seen = looks > 0 ? looks * fit[h]! : 0;
    const expected = (seen + PRIOR_ORIGINS * size * priors[h]!) / known;
    // A variance learnt from few looks is itself uncertain, which a normal distribution does not know.
    variance[h] = unseen * (1 + 1 / known) * expected;
  }
  return variance;
}

/** How many independent looks at step h so many origins are. */
function looksAt(count: number, h: number, stride: number): number {
  return count > 0 ? Math.min(count, 1 + ((count - 1) * stride) / (h + 1)) : 0;
}

/** Mean over the steps next to h, each as often as it was observed; 0 where none was. */
function meanAround(h: number, means: Float64Array, counts: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let j = Math.max(0, h - NEIGHBOURS); j <= Math.min(means.length - 1, h + NEIGHBOURS); j += 1) {
    sum += counts[j]! * means[j]!;
    count += counts[j]!;
  }
  return count > 0 ? sum / count : 0;
}
