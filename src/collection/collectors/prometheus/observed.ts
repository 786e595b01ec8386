import type { ResourceDescription } from '../../../resources/index.js';
import type { SeriesSamples, UsageMetric } from '../../../usage/index.js';
import { shareOfGpu } from './gpu-share.js';
import { filled } from './label-template.js';
import type { Labels, RangeSeries } from './query-range.js';
import type { SeriesQuery } from './series-query.js';

/** What a series is about; null where a label that names it is missing. */
export function resourceOf(asked: SeriesQuery, { labels, observedAtMs }: RangeSeries): ResourceDescription | null {
  const resourceId = filled(asked.resourceId, labels);
  if (resourceId === null || observedAtMs.length === 0) return null;
  return {
    providerName: asked.providerName,
    resourceId,
    resourceName: filled(asked.resourceName, labels),
    resourceType: asked.resourceType ?? null,
    parentResourceId: filled(asked.parentResourceId, labels),
    serviceName: asked.serviceName,
    serviceCategory: asked.serviceCategory,
    regionId: filled(asked.regionId, labels),
    subAccountId: filled(asked.subAccountId, labels),
    tags: Object.fromEntries(asked.tagLabels.flatMap((label) => (labels[label] ? [[label, labels[label]]] : []))),
    gpu: gpuOf(asked, labels),
    firstSeenAt: new Date(observedAtMs[0]!).toISOString(),
    lastSeenAt: new Date(observedAtMs.at(-1)!).toISOString(),
  };
}

function gpuOf({ gpu }: SeriesQuery, labels: Labels): ResourceDescription['gpu'] {
  const model = filled(gpu?.model, labels);
  if (!gpu || model === null) return null;
  return { model, share: shareOfGpu(filled(gpu.profile, labels) ?? '', model), sharing: gpu.sharing };
}

/** The values of a series, in the unit of the metric. */
export function samplesOf(asked: SeriesQuery, metric: UsageMetric, { labels, observedAtMs, values }: RangeSeries, { providerName, resourceId }: ResourceDescription): SeriesSamples {
  const factor = asked.factor * shareOfGpu(filled(asked.counts, labels) ?? '');
  return { providerName, resourceId, metric, observedAtMs, values: factor === 1 ? values : values.map((value) => value * factor) };
}
