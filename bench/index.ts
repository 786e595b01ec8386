import { budgetsMeasurement } from './budgets.js';
import { capacityMeasurement } from './capacity.js';
import { deliveryMeasurement } from './delivery.js';
import { exhaustionsMeasurement } from './exhaustions.js';
import { forecastsMeasurement } from './forecasts.js';
import { gpuCostsMeasurement } from './gpu-costs.js';
import { importMeasurement } from './import.js';
import { ingestMeasurement } from './ingest.js';
import type { Measurement } from './measurement.js';
import { prometheusMeasurement } from './prometheus.js';

/** What `npm run bench -- <name>` can measure. */
export const measurements: readonly Measurement[] = [
  importMeasurement, ingestMeasurement, prometheusMeasurement, forecastsMeasurement, capacityMeasurement, exhaustionsMeasurement, budgetsMeasurement, gpuCostsMeasurement, deliveryMeasurement,
];
