import { forecastsMeasurement } from './forecasts.js';
import { importMeasurement } from './import.js';
import type { Measurement } from './measurement.js';

/** What `npm run bench -- <name>` can measure. */
export const measurements: readonly Measurement[] = [importMeasurement, forecastsMeasurement];
