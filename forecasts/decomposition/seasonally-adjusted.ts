import type { ForecastModel, TrainingSeries } from '../model.js';
import { decomposeSeasons, firstSeason, type SeasonalDecomposition, type ShownSeason } from './seasonal-decomposition.js';

/** How fast a season may change: not at all, or by a share of what each new season shows. */
const ADAPTATION = { steady: 0, 'slowly-changing': 0.2, changing: 0.5 } as const;

/**
 * Lends seasons to a model that knows none: it learns the seasonally adjusted series, and the seasonal figure is added
 * back to what it forecasts. `changing` and `slowly-changing` are the same model over a season that follows what each new
 * one shows; they apply only where there is a season.
 *
 * Notation  y observations, s seasonal figure: the model learns y − s, and its mean at step h is m(h) + sₙ₊ₕ.
 * Shapes    as `model`; parameters are those of `model`.
 * Units     the unit of `values`.
 * Throws    what `model` throws.
 * Source  Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.7 (forecasting with decomposition).
 */
export function seasonallyAdjusted(model: ForecastModel, season: keyof typeof ADAPTATION = 'steady'): ForecastModel {
  const isSteady = season === 'steady';
  return {
    name: isSteady ? model.name : `${model.name}-${season}-season`,
    description: isSteady ? model.description : `${model.description}; its season follows the latest ones`,
    ...(model.requires ? { requires: model.requires } : {}),
    requiredObservations: (periods, seasons = periods) =>
      isSteady || seasons.length > 0 ? model.requiredObservations(periods) : Infinity,

    fit(training, learnt) {
      const { adjusted, addAhead } = decompositionOf(training, ADAPTATION[season]);
      const fitted = model.fit({ values: adjusted, periods: [] }, learnt);
      return {
        parameters: fitted.parameters,
        forecast(horizon) {
          const mean = fitted.forecast(horizon);
          addAhead(mean);
          return mean;
        },
      };
    },
  };
}

/** What is known of a training series: what it shows, and how it comes apart with each adaptation. */
interface KnownSeasons {
  readonly shown: ShownSeason | null;
  readonly decompositions: Map<number, SeasonalDecomposition>;
}

const known = new WeakMap<TrainingSeries, KnownSeasons>();

/**
 * `decomposeSeasons` of a training series. Every model asks for the same one of the same series: it is made once, and kept
 * as long as the series is.
 *
 * Units     adaptation a fraction, 0 to 1.
 */
export function decompositionOf(training: TrainingSeries, adaptation = 0): SeasonalDecomposition {
  const seasons = training.seasons ?? training.periods;
  const { shown, decompositions } = known.get(training) ?? { shown: firstSeason(training.values, seasons), decompositions: new Map<number, SeasonalDecomposition>() };
  known.set(training, { shown, decompositions });
  const made = decompositions.get(adaptation) ?? decomposeSeasons(training.values, seasons, adaptation, shown);
  decompositions.set(adaptation, made);
  return made;
}
