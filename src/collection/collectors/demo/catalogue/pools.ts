import { aws, azure, gcp } from '../accounts.js';
import { through, type Growth } from '../growth.js';
import { micros } from '../money.js';
import { demoProduct, demoResource, type DemoResource, type Product } from './resource.js';

/** A promise to pay for some nodes around the clock, billed month by month. */
export interface Commitment {
  resource: DemoResource;
  type: string;
  category: 'Spend' | 'Usage';
  nodes: number;
  /** Millionths per node hour. */
  priceMicros: number;
}

export interface GpuPool {
  resource: DemoResource;
  /** GPUs installed. */
  limit: number;
  gpusPerNode: number;
  memoryGibPerGpu: number;
  /** GPUs requested at the busiest hour of a working day. */
  demand: Growth;
  /** What the quietest hour and a day of the weekend ask for, as a share of that. */
  nightShare: number;
  weekendShare: number;
  /** Relative standard deviation of the hourly noise. */
  noise: number;
  /** How busy an allocated GPU is on average, 0 to 1. */
  busyShare: number;
  /** The pool is down from then on, and at first nothing watches it either. */
  outage: { daysAgo: number; hours: number; unobservedHours: number } | null;
  node: Product;
  commitment: Commitment;
  /** Of the nodes beyond the commitment, the share on spot capacity, and its price as a share of the list price. */
  spot: { share: number; priceShare: number };
}

const gpuOf = (model: string): DemoResource['gpu'] => ({ model, share: 1, sharing: 'WHOLE' });

const h100 = demoResource({
  cloud: aws, region: 'us-east-1', kind: 'gpu-pool', slug: 'h100-training', type: 'GPU Pool',
  service: 'Amazon Elastic Compute Cloud', category: 'Compute', team: 'research', gpu: gpuOf('H100'),
});
const a100 = demoResource({
  cloud: azure, region: 'eastus', kind: 'gpu-pool', slug: 'a100-finetuning', type: 'GPU Pool',
  service: 'Azure Machine Learning', category: 'AI and Machine Learning', team: 'product', gpu: gpuOf('A100'),
});
const l4 = demoResource({
  cloud: gcp, region: 'europe-west4', kind: 'gpu-pool', slug: 'l4-inference', type: 'GPU Pool',
  service: 'Vertex AI', category: 'AI and Machine Learning', team: 'product', gpu: gpuOf('L4'),
});

/** The commitment is bought for the pool, so it belongs to the same account and team. */
function commitmentOf(pool: DemoResource, terms: Omit<Commitment, 'resource' | 'priceMicros'> & { slug: string; price: number }): Commitment {
  const { slug, price, ...rest } = terms;
  const region = pool.regionId ?? 'global';
  const resource = {
    ...pool, gpu: null, resourceType: terms.type,
    resourceId: `demo/${pool.cloud.key}/${region}/commitment/${slug}`, resourceName: `demo-${slug}`,
  };
  return { ...rest, resource, priceMicros: micros(price) };
}

export const gpuPools: readonly GpuPool[] = [
  {
    resource: h100, limit: 256, gpusPerNode: 8, memoryGibPerGpu: 80,
    // The launch of a larger model five months ago is a step; since then growth is faster than before.
    demand: through([400, 146], [156, 162], [150, 178], [60, 197], [0, 218.5]),
    nightShare: 0.8, weekendShare: 0.88, noise: 0.015, busyShare: 0.72, outage: null,
    node: demoProduct(h100, { sku: 'p5-48xlarge', description: 'Node hours of p5.48xlarge (8 × H100)', unit: 'Hours', price: 55.04, discount: 0.08 }),
    commitment: commitmentOf(h100, { slug: 'compute-savings-plan', type: 'Compute Savings Plan', category: 'Spend', nodes: 15, price: 36.4 }),
    spot: { share: 0.25, priceShare: 0.45 },
  },
  {
    resource: a100, limit: 128, gpusPerNode: 8, memoryGibPerGpu: 80,
    // Part of the load moved to the H100 pool when that launched.
    demand: through([400, 90], [156, 95], [148, 72], [0, 73]),
    nightShare: 0.7, weekendShare: 0.8, noise: 0.025, busyShare: 0.44,
    outage: { daysAgo: 74.2, hours: 30, unobservedHours: 18 },
    node: demoProduct(a100, { sku: 'nd96amsr-a100-v4', description: 'Node hours of ND96amsr A100 v4 (8 × A100)', unit: 'Hours', price: 32.77, discount: 0.06 }),
    commitment: commitmentOf(a100, { slug: 'a100-reservation', type: 'Reservation', category: 'Usage', nodes: 8, price: 20.5 }),
    spot: { share: 0.4, priceShare: 0.5 },
  },
  {
    resource: l4, limit: 96, gpusPerNode: 8, memoryGibPerGpu: 24,
    // Product launch two months ago: at peaks, more is asked for than is there.
    demand: through([400, 40], [63, 61], [58, 86], [0, 97]),
    nightShare: 0.35, weekendShare: 0.9, noise: 0.035, busyShare: 0.58, outage: null,
    node: demoProduct(l4, { sku: 'g2-standard-96', description: 'Node hours of g2-standard-96 (8 × L4)', unit: 'Hours', price: 8.01, discount: 0.05 }),
    commitment: commitmentOf(l4, { slug: 'l4-committed-use', type: 'Resource-based Committed Use', category: 'Usage', nodes: 4, price: 5.04 }),
    spot: { share: 0, priceShare: 0.4 },
  },
];
