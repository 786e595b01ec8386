import { exhaustionCurve, forecast, simulatePaths } from '../forecasts/index.js';
import { randomStream } from '../forecasts/math/random.js';
import type { Outlook } from './reliability.js';
import { simulatedFleet, type SimulatedResource } from './simulated-fleets.js';

/** How far ahead resources are asked about, in days, as `capacity` asks. */
const withinDays = [7, 30, 90, 180];
const horizon = 180;

/** How many paths a chance is counted from, as `capacity` does, and how many futures tell how often it comes to that. */
export interface Thoroughness {
  readonly pathCount: number;
  readonly futureCount: number;
}

/**
 * The chances to have run out within so many days, as `capacity` works them out, beside how often it comes to that: for
 * every resource of a fleet.
 *
 * @param seed the same seed gives the same outlooks, to the bit
 */
export function outlooksOfFleet(seed: number, { pathCount, futureCount }: Thoroughness = { pathCount: 1_000, futureCount: 64 }): Outlook[] {
  return simulatedFleet(seed, horizon).flatMap((resource, i) => {
    const { history, limits } = resource;
    const made = forecast({ values: history, periods: [7], nonNegative: true }, { horizon, levels: [80] });
    const curve = exhaustionCurve(simulatePaths(made, { count: pathCount, seed }), limits);
    const observed = shareRunOut(resource, futureCount, 8 * seed + i);
    return withinDays.map((days) => ({ group: seed, predicted: curve[days - 1]!, observed: observed[days - 1]! }));
  });
}

/** The share of futures that have passed the limit by each day; [horizon]. */
function shareRunOut({ limits, future }: SimulatedResource, futureCount: number, seed: number): Float64Array {
  const random = randomStream(2 ** 31 + seed);
  const share = new Float64Array(horizon);
  for (let i = 0; i < futureCount; i += 1) {
    const demand = future(random);
    const day = demand.findIndex((value, h) => value > limits[h]!);
    if (day >= 0) for (let h = day; h < horizon; h += 1) share[h]! += 1 / futureCount;
  }
  return share;
}
