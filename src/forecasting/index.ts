export type { CostTotal } from './cost-total.js';
export { Forecast, ForecastPoint } from './forecast.graphql.js';
export {
  distributionById,
  distributionColumns,
  forecastsById,
  toDistribution,
  type ForecastRow,
  type StoredDistribution,
} from './forecast.queries.js';
export { costHorizonDays, Forecaster, InsufficientHistory, longestHorizonDays } from './forecaster.js';
export { HolidayCalendar } from './holiday-calendar.js';
export { ForecastingModule, HolidayModule } from './forecasting.module.js';
export { loadForecast } from './forecasting.resolver.js';
export { pathsOfStored, storedTotal, totalOfPaths, type StoredTotal } from './stored-total.js';
