/**
 * A launch or an outage: full from its first step on, for `length` steps, and gone afterwards, at once or with the share
 * `decay` left from each step to the next.
 *
 * Notation  xₜ = 1 for at ≤ t < at + length, then decayᵏ at the k-th step after that.
 * Shapes    steps = n + horizon; `at` counts from the first step of the history. Result [steps], 0 before the event.
 * Units     decay a fraction, 0 to below 1; `length` at least 1 step.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.4 (intervention variables).
 */
export function pulse(steps: number, { at, length = 1, decay = 0 }: { at: number; length?: number; decay?: number }): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => (t < at ? 0 : t < at + length ? 1 : decay ** (t - at - length + 1)));
}

/**
 * A change that comes at one step and stays, such as a migration.
 *
 * Shapes    steps = n + horizon; result [steps], 0 before the step `from`, 1 from there on.
 * Units     none.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.4 (intervention variables).
 */
export function step(steps: number, { from }: { from: number }): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => (t < from ? 0 : 1));
}

/**
 * A change that comes bit by bit and stays, such as a rollout.
 *
 * Shapes    steps = n + horizon; result [steps], 0 until the step `from`, in a straight line to 1 at `to`, and 1 from there.
 * Units     none.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §7.4 (intervention variables; piecewise linear).
 */
export function ramp(steps: number, { from, to }: { from: number; to: number }): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => Math.min(1, Math.max(0, (t - from) / Math.max(1, to - from))));
}
