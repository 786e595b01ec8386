import type { GpuSharing } from '../../../../resources/index.js';
import { gpuPools, type GpuPool } from './pools.js';
import { demoResource, type DemoResource, type Team } from './resource.js';

/** What one team has of a pool. */
export interface GpuShare {
  resource: DemoResource;
  pool: GpuPool;
  /** Of what is allocated of the pool, on average, 0 to 1. */
  weight: number;
  /** The smallest part of a GPU that it is given. */
  unit: number;
  /** Since when it is there, and its pods have labels. */
  daysAgo: number;
}

/** Pods carry the label of their team for four months; of those before, nobody knows whose they were. */
const LABELLED_DAYS = 120;

/** A part of a pool, such as its nodes, in the account and the region of the pool. */
function partOf(pool: GpuPool, terms: { kind: string; slug: string; type: string; team: Team; environment?: string; gpu?: DemoResource['gpu'] }): DemoResource {
  const { cloud, regionId, serviceName, serviceCategory, resourceId } = pool.resource;
  const part = demoResource({ cloud, region: regionId!, service: serviceName.replace(' (demo)', ''), category: serviceCategory, ...terms });
  return { ...part, parentResourceId: resourceId };
}

function shares(model: string, ...terms: readonly { slug: string; team: Team; sharing: GpuSharing; unit?: number; weight: number; daysAgo?: number; environment?: string }[]): GpuShare[] {
  const pool = gpuPools.find(({ resource }) => resource.gpu!.model === model)!;
  return terms.map(({ slug, team, sharing, unit = 1, weight, daysAgo = LABELLED_DAYS, environment }) => ({
    resource: partOf(pool, { kind: 'gpu-share', slug, type: 'Workload', team, gpu: { model, share: unit, sharing }, ...(environment !== undefined && { environment }) }),
    pool, weight, unit, daysAgo,
  }));
}

/** What is left of a pool runs without a label, and is nobody's. */
export const gpuShares: readonly GpuShare[] = [
  ...shares('H100',
    { slug: 'foundation-training', team: 'research', sharing: 'WHOLE', weight: 0.6 },
    { slug: 'alignment-runs', team: 'product', sharing: 'WHOLE', weight: 0.22 },
    { slug: 'cluster-checks', team: 'platform', sharing: 'WHOLE', weight: 0.12, environment: 'staging' },
  ),
  ...shares('A100',
    { slug: 'fine-tuning', team: 'product', sharing: 'WHOLE', weight: 0.55 },
    { slug: 'notebooks', team: 'research', sharing: 'MIG', unit: 1 / 7, weight: 0.25 },
    // Founded six weeks ago.
    { slug: 'feature-jobs', team: 'data', sharing: 'MIG', unit: 3 / 7, weight: 0.18, daysAgo: 45 },
  ),
  ...shares('L4',
    { slug: 'chat-serving', team: 'product', sharing: 'WHOLE', weight: 0.6 },
    { slug: 'search-serving', team: 'product', sharing: 'TIME_SLICED', unit: 0.25, weight: 0.2 },
    { slug: 'embedding-tests', team: 'platform', sharing: 'FRACTIONAL', unit: 0.1, weight: 0.17 },
  ),
];

/** The nodes of each pool, all together: how many GPUs there are to divide. */
export const nodeGroups: readonly { pool: GpuPool; resource: DemoResource }[] = gpuPools.map((pool) => ({
  pool,
  resource: partOf(pool, { kind: 'gpu-nodes', slug: `${pool.resource.resourceName.slice('demo-'.length)}-nodes`, type: 'GPU Nodes', team: pool.resource.tags['team'] as Team }),
}));
