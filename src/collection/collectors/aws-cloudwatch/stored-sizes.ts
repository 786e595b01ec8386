import { ServiceCategory } from '../../../access/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import { UsageMetric, type SeriesSamples } from '../../../usage/index.js';
import type { Contact, Observations, Window } from '../../collector.js';
import { mostMetricsOfQuestion, type CloudWatch, type ListedMetric } from './cloudwatch-client.js';
import { wholeDays, type DailySizes } from './daily-sizes.js';
import type { Storage } from './settings.js';

export const providerName = 'AWS';
const dayMs = 86_400_000;
const gib = 2 ** 30;
/** So far before the window sizes are asked for, to know which parts a bucket has. CloudWatch lists what it has seen for as long. */
export const contextDays = 14;

/** What CloudWatch has of stored bytes or objects, in parts that add up. */
export interface Measure {
  storage: Storage;
  namespace: string;
  name: string;
  /** The dimension that a resource is named by. */
  dimension: string;
  /** What the others have to be; null where each is a part. */
  others: Readonly<Record<string, string>> | null;
  metric: UsageMetric;
  /** What values are divided by to come to the unit of the metric. */
  divisor: number;
  serviceName: string;
  resourceType: string;
}

const bucket = { storage: 'BUCKETS', namespace: 'AWS/S3', dimension: 'BucketName', serviceName: 'Amazon Simple Storage Service', resourceType: 'Bucket' } as const;

export const measures: readonly Measure[] = [
  { ...bucket, name: 'BucketSizeBytes', others: null, metric: UsageMetric.STORAGE, divisor: gib },
  { ...bucket, name: 'NumberOfObjects', others: { StorageType: 'AllStorageTypes' }, metric: UsageMetric.STORAGE_OBJECTS, divisor: 1 },
  {
    storage: 'FILE_SYSTEMS', namespace: 'AWS/EFS', name: 'StorageBytes', dimension: 'FileSystemId', others: { StorageClass: 'Total' },
    metric: UsageMetric.STORAGE, divisor: gib, serviceName: 'Amazon Elastic File System', resourceType: 'File System',
  },
];

/** What a measure has of the days of a window, with the resources that they are of. */
export async function* sizesOf(cloudWatch: CloudWatch, measure: Measure, region: string, window: Window, contact: Contact): AsyncGenerator<Observations> {
  const parts = new Map<string, ListedMetric[]>();
  const known = new Set<string>();
  for await (const listed of cloudWatch.metrics(measure.namespace, measure.name)) {
    for (const part of listed) {
      const id = part.dimensions[measure.dimension];
      const key = JSON.stringify(Object.entries(part.dimensions).toSorted());
      // Listed twice, it still is one part.
      if (known.has(key)) continue;
      known.add(key);
      const isPart = Object.entries(measure.others ?? {}).every(([name, value]) => part.dimensions[name] === value);
      if (id && isPart) parts.set(id, [...(parts.get(id) ?? []), part]);
    }
  }
  // A day that is not over has a mean of what there is of it.
  const endMs = Math.floor(window.end.getTime() / dayMs) * dayMs;
  for (const chunk of chunksOf([...parts])) {
    contact.signal.throwIfAborted();
    const means = await cloudWatch.dailyMeans(chunk.flatMap(([, listed]) => listed), window.start.getTime() - contextDays * dayMs, endMs);
    const resources: ResourceDescription[] = [];
    const samples: SeriesSamples[] = [];
    for (const [resourceId, listed] of chunk) {
      const { sums, lackingCount } = wholeDays(means.splice(0, listed.length), window.start.getTime());
      contact.report.refuse('days on which a storage type of a bucket has no size yet', lackingCount);
      if (sums.size === 0) continue;
      resources.push(resourceOf(measure, resourceId, region, sums));
      samples.push({ providerName, resourceId, metric: measure.metric, observedAtMs: Float64Array.from(sums.keys()), values: Float64Array.from(sums.values(), (value) => value / measure.divisor) });
    }
    if (resources.length > 0) yield { kind: 'resources', rows: resources };
    if (samples.length > 0) yield { kind: 'usage', rows: samples };
  }
}

/** Resources whose parts are asked for together. */
function* chunksOf(resources: readonly [string, ListedMetric[]][]): Generator<[string, ListedMetric[]][]> {
  let chunk: [string, ListedMetric[]][] = [];
  let count = 0;
  for (const resource of resources) {
    if (count > 0 && count + resource[1].length > mostMetricsOfQuestion) {
      yield chunk;
      [chunk, count] = [[], 0];
    }
    chunk.push(resource);
    count += resource[1].length;
  }
  if (count > 0) yield chunk;
}

function resourceOf({ resourceType, serviceName }: Measure, resourceId: string, region: string, sums: DailySizes): ResourceDescription {
  const days = [...sums.keys()];
  return {
    providerName,
    resourceId,
    resourceName: null,
    resourceType,
    serviceName,
    serviceCategory: ServiceCategory.STORAGE,
    regionId: region,
    subAccountId: null,
    tags: {},
    gpu: null,
    firstSeenAt: new Date(days[0]!).toISOString(),
    lastSeenAt: new Date(days.at(-1)!).toISOString(),
  };
}
