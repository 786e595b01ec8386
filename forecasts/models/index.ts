import { seasonallyAdjusted } from '../decomposition/seasonally-adjusted.js';
import type { ForecastModel } from '../model.js';
import { analogues, longAnalogues } from './analogues.js';
import { autoregression } from './autoregression.js';
import { changesAutoregression } from './changes-autoregression.js';
import { dampedHolt } from './damped-holt.js';
import { drift } from './drift.js';
import { intermittent } from './intermittent.js';
import { naive } from './naive.js';
import { halfDrift, recentDrift } from './recent-drift.js';
import {
  fewSeasonsLags,
  manySeasonsLags,
  recentSeasonLags,
  scatteredSeasonsLags,
  twoSeasonsLags,
  wholeSeasonLags,
} from './seasonal-lags.js';
import { seasonalNaive } from './seasonal-naive.js';
import { simpleSmoothing } from './simple-smoothing.js';
import { smoothingWithDrift } from './smoothing-with-drift.js';
import { theta } from './theta.js';

/** Every model the engine may combine. Adding one is its file, its spec beside it, and its line here. */
export const models: readonly ForecastModel[] = [
  seasonallyAdjusted(naive),
  seasonalNaive,
  seasonallyAdjusted(drift),
  seasonallyAdjusted(recentDrift),
  seasonallyAdjusted(halfDrift),
  seasonallyAdjusted(smoothingWithDrift),
  seasonallyAdjusted(simpleSmoothing),
  seasonallyAdjusted(dampedHolt),
  seasonallyAdjusted(dampedHolt, 'changing'),
  seasonallyAdjusted(theta),
  seasonallyAdjusted(theta, 'changing'),
  seasonallyAdjusted(autoregression),
  seasonallyAdjusted(autoregression, 'changing'),
  seasonallyAdjusted(autoregression, 'slowly-changing'),
  seasonallyAdjusted(changesAutoregression),
  recentSeasonLags,
  manySeasonsLags,
  wholeSeasonLags,
  fewSeasonsLags,
  twoSeasonsLags,
  scatteredSeasonsLags,
  intermittent,
  analogues,
  longAnalogues,
];
