import { capacityMeasurement } from './capacity.js';
import { forecastsMeasurement } from './forecasts.js';
import { importMeasurement } from './import.js';
import { ingestMeasurement } from './ingest.js';
import type { Measurement } from './measurement.js';

/** What `npm run bench -- <name>` can measure. */
export const measurements: readonly Measurement[] = [importMeasurement, ingestMeasurement, forecastsMeasurement, capacityMeasurement];
