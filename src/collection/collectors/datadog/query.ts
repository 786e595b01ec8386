import type { UsageMetric } from '../../../usage/index.js';
import type { LabelledResource } from '../../labelled-resource.js';

/** One query of Datadog, and what its series are samples of. */
export interface DatadogQuery extends LabelledResource {
  query: string;
  /** How much is used, or how much there is. */
  observes: 'usage' | 'capacities';
  metric: UsageMetric;
  /** What values are multiplied by to come to the unit of the metric, for example 1/100 for percent. */
  factor: number;
}
