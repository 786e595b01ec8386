import { ServiceCategory } from '../../../access/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import type { SeriesSamples, UsageMetric } from '../../../usage/index.js';
import type { Observations } from '../../collector.js';
import type { KubernetesSettings } from './settings.js';

/** What is particular about a resource of a cluster. */
export type Described = Pick<ResourceDescription, 'resourceType'> & Partial<Pick<ResourceDescription, 'serviceCategory' | 'parentResourceId' | 'regionId' | 'tags' | 'gpu'>> & { name: string };

const rowsOfBatch = 2_000;

/** What was seen of a cluster at one instant. */
export class Snapshot {
  private readonly resources: ResourceDescription[] = [];
  private readonly usage: SeriesSamples[] = [];
  private readonly capacities: SeriesSamples[] = [];

  constructor(
    private readonly settings: KubernetesSettings,
    private readonly atMs: number,
  ) {}

  /** @param path what tells it apart in its cluster; empty for the cluster */
  describe(path: string, { name, resourceType, ...described }: Described): string {
    const { cluster, providerName } = this.settings;
    const resourceId = path === '' ? cluster : `${cluster}/${path}`;
    const seenAt = new Date(this.atMs).toISOString();
    this.resources.push({
      serviceCategory: ServiceCategory.COMPUTE,
      regionId: null,
      gpu: null,
      ...described,
      providerName,
      resourceId,
      resourceName: name,
      resourceType,
      serviceName: 'Kubernetes',
      subAccountId: null,
      tags: { cluster, ...described.tags },
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
    });
    return resourceId;
  }

  /** @param value null where it is unknown: then there is no sample */
  use(resourceId: string, metric: UsageMetric, value: number | null): void {
    if (value !== null) this.usage.push(this.sample(resourceId, metric, value));
  }

  /** @param value null where it is unknown: then it stays what it was */
  size(resourceId: string, metric: UsageMetric, value: number | null): void {
    if (value !== null) this.capacities.push(this.sample(resourceId, metric, value));
  }

  *observations(): Generator<Observations> {
    for (const rows of batches(this.resources)) yield { kind: 'resources', rows };
    for (const rows of batches(this.usage)) yield { kind: 'usage', rows };
    for (const rows of batches(this.capacities)) yield { kind: 'capacities', rows };
  }

  private sample(resourceId: string, metric: UsageMetric, value: number): SeriesSamples {
    return { providerName: this.settings.providerName, resourceId, metric, observedAtMs: [this.atMs], values: [value] };
  }
}

function* batches<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += rowsOfBatch) yield rows.slice(from, from + rowsOfBatch);
}
