import { seasonallyAdjusted } from '../decomposition/seasonally-adjusted.js';
import type { ForecastModel } from '../model.js';
import { dampedHolt } from './damped-holt.js';
import { drift } from './drift.js';
import { naive } from './naive.js';
import { recentDrift } from './recent-drift.js';
import { seasonalNaive } from './seasonal-naive.js';
import { smoothingWithDrift } from './smoothing-with-drift.js';

/** Every model the engine may combine. Adding one is its file, its spec beside it, and its line here. */
export const models: readonly ForecastModel[] = [
  seasonallyAdjusted(naive),
  seasonalNaive,
  seasonallyAdjusted(drift),
  seasonallyAdjusted(recentDrift),
  seasonallyAdjusted(smoothingWithDrift),
  seasonallyAdjusted(dampedHolt),
];
