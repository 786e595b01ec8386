export { isRefused, type FileSeries, type ReadSeries, type RefusedSeries } from './file-series.js';
export type { BatchAnswer, SeriesQuestion } from './forecast-batch.worker.js';
export { forecastSeries, type ForecastOptions } from './forecast-series.js';
export { readSeries, type ReadOptions } from './read-series.js';
export { SeriesFileRefused } from './series-file-refused.js';
