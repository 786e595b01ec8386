import type { GpuSharing } from '../../../resources/index.js';
import type { UsageMetric } from '../../../usage/index.js';

/** One expression, and what its series are observations of. Texts "with labels" are those of `filled`. */
export interface SeriesQuery {
  /** PromQL, see `expressionOf` for what stands in it for something else. */
  query: string;
  /** `resources` is only told that something is there: values do not matter. */
  observes: 'usage' | 'capacities' | 'resources';
  /** None where only resources are observed. */
  metric?: UsageMetric;
  /** What values are multiplied by to come to the unit of the metric, for example 1/100 for percent. */
  factor: number;
  /** The resource a series is about, with labels. Two series of an answer must not be about one. */
  resourceId: string;
  resourceName?: string;
  resourceType?: string;
  /** What it is a part of, with labels; observed before. */
  parentResourceId?: string;
  providerName: string;
  serviceName: string;
  serviceCategory: string;
  regionId?: string;
  subAccountId?: string;
  /** Labels that are kept as tags of the resource. */
  tagLabels: readonly string[];
  /** With labels; the profile is that of a MIG instance, such as `1g.10gb`. */
  gpu?: { model: string; sharing: GpuSharing; profile?: string };
  /** With labels: what is counted. Instances of MIG are fractions of a GPU by their profile. */
  counts?: string;
}
