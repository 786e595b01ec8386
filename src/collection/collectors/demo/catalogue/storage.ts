import { aws, azure, gcp } from '../accounts.js';
import { accelerating, linear, sawtooth, steady, through, type Growth } from '../growth.js';
import { demoProduct, demoResource, type DemoResource, type Product } from './resource.js';

/** What a volume can hold of something, and how full it is. */
export interface Filling {
  used: Growth;
  /** Oldest first; the first one holds since the start of the story. */
  limits: readonly { daysAgo: number; limit: number }[];
  /** Share of the limit kept free. */
  headroom: number;
}

/** A volume is paid for as provisioned, full or not. */
export interface Volume {
  resource: DemoResource;
  gib: Filling;
  inodes: Filling | null;
  leadTimeDays: number;
  provisioned: Product;
  snapshots: Product;
}

/** A bucket is paid for as used, and never full. */
export interface Bucket {
  resource: DemoResource;
  gib: Growth;
  stored: Product;
  requests: Product;
}

function volume(
  resource: DemoResource,
  { price, snapshotPrice, gib, inodes = null, leadTimeDays }: { price: number; snapshotPrice: number; gib: Filling; inodes?: Filling | null; leadTimeDays: number },
): Volume {
  const sku = resource.resourceName.slice('demo-'.length);
  return {
    resource, gib, inodes, leadTimeDays,
    provisioned: demoProduct(resource, { sku, description: 'Provisioned capacity', unit: 'GiB-Months', price, discount: 0.05 }),
    snapshots: demoProduct(resource, { sku: `${sku}-snapshot`, description: 'Snapshots', unit: 'GiB-Months', price: snapshotPrice }),
  };
}

function bucket(resource: DemoResource, { price, gib }: { price: number; gib: Growth }): Bucket {
  const sku = resource.resourceName.slice('demo-'.length);
  return {
    resource, gib,
    stored: demoProduct(resource, { sku, description: 'Standard storage', unit: 'GiB-Months', price, discount: 0.03 }),
    requests: demoProduct(resource, { sku: `${sku}-requests`, description: 'Read and write requests', unit: '1000000 Requests', price: 2.1 }),
  };
}

export const volumes: readonly Volume[] = [
  volume(
    demoResource({ cloud: aws, region: 'us-east-1', kind: 'volume', slug: 'checkpoints', type: 'Block Volume', service: 'Amazon Elastic Block Store', category: 'Storage', team: 'research' }),
    { price: 0.08, snapshotPrice: 0.05, leadTimeDays: 7,
      gib: { used: sawtooth(linear(70_000, 150), 22_000, 21), limits: [{ daysAgo: Infinity, limit: 120_000 }], headroom: 0.1 } },
  ),
  volume(
    demoResource({ cloud: aws, region: 'us-east-1', kind: 'file-system', slug: 'datasets-nfs', type: 'File System', service: 'Amazon FSx', category: 'Storage', team: 'research' }),
    { price: 0.14, snapshotPrice: 0.05, leadTimeDays: 14,
      // Resized just before it was full.
      gib: { used: linear(222_600, 300), limits: [{ daysAgo: Infinity, limit: 200_000 }, { daysAgo: 92, limit: 320_000 }], headroom: 0.1 } },
  ),
  volume(
    demoResource({ cloud: azure, region: 'eastus', kind: 'file-system', slug: 'feature-store', type: 'File System', service: 'Azure NetApp Files', category: 'Storage', team: 'data' }),
    { price: 0.147, snapshotPrice: 0.06, leadTimeDays: 5,
      gib: { used: accelerating(48_500, 150), limits: [{ daysAgo: Infinity, limit: 60_000 }], headroom: 0.1 } },
  ),
  volume(
    demoResource({ cloud: gcp, region: 'europe-west4', kind: 'file-system', slug: 'model-registry', type: 'File System', service: 'Filestore', category: 'Storage', team: 'platform' }),
    { price: 0.2, snapshotPrice: 0.06, leadTimeDays: 5,
      gib: { used: linear(16_000, 14), limits: [{ daysAgo: Infinity, limit: 24_000 }], headroom: 0.15 },
      // Many small files: it runs out of names long before it runs out of bytes.
      inodes: { used: accelerating(29_500_000, 420), limits: [{ daysAgo: Infinity, limit: 40_000_000 }], headroom: 0.1 } },
  ),
  volume(
    demoResource({ cloud: gcp, region: 'europe-west4', kind: 'volume', slug: 'vector-index', type: 'Block Volume', service: 'Persistent Disk', category: 'Storage', team: 'product' }),
    { price: 0.17, snapshotPrice: 0.05, leadTimeDays: 3,
      gib: { used: steady(9_800, 140, 115), limits: [{ daysAgo: Infinity, limit: 16_000 }], headroom: 0.1 } },
  ),
];

export const buckets: readonly Bucket[] = [
  bucket(
    demoResource({ cloud: aws, region: 'us-east-1', kind: 'bucket', slug: 'raw-logs', type: 'Bucket', service: 'Amazon Simple Storage Service', category: 'Storage', team: 'data' }),
    { price: 0.023, gib: linear(380_000, 650) },
  ),
  bucket(
    demoResource({ cloud: gcp, region: 'europe-west4', kind: 'bucket', slug: 'training-corpus', type: 'Bucket', service: 'Cloud Storage', category: 'Storage', team: 'research' }),
    { price: 0.02, gib: through([400, 420_000], [210, 450_000], [200, 640_000], [0, 760_000]) },
  ),
  bucket(
    demoResource({ cloud: azure, region: 'eastus', kind: 'bucket', slug: 'model-artifacts', type: 'Bucket', service: 'Azure Blob Storage', category: 'Storage', team: 'product' }),
    { price: 0.018, gib: accelerating(140_000, 300) },
  ),
];

/** The limit in force at that age. */
export function limitAt({ limits }: Filling, daysAgo: number): number {
  return limits.findLast((entry) => entry.daysAgo >= daysAgo)!.limit;
}
