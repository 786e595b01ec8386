import { UsageMetric } from '../../../usage/index.js';
import type { CollectionReport } from '../../collector.js';
import type { Demand, GpuDemand } from './gpu-demand.js';
import type { GpuInventory, GpuNode, GpuPool } from './gpu-inventory.js';
import { GpuSum } from './gpu-sum.js';
import type { Snapshot } from './snapshot.js';

/** What there is of GPUs and who has them: the cluster, its pools, their nodes, and the kinds of slices of a node. */
export function describeGpus(snapshot: Snapshot, cluster: string, inventory: GpuInventory, demand: GpuDemand, report: CollectionReport): void {
  const whole = snapshot.describe('', { name: cluster, resourceType: 'Kubernetes Cluster' });
  useAs(snapshot, whole, demand.cluster);
  sizeAs(snapshot, whole, inventory.allocatable);
  const pools = new Map([...inventory.pools.values()].map((pool) => [pool.name, describePool(snapshot, whole, pool, demand)]));
  for (const node of inventory.nodes.values()) describeNode(snapshot, pools.get(node.pool ?? '') ?? whole, node, demand);
  noteWhatIsMissing(inventory, demand, report);
}

function useAs(snapshot: Snapshot, resourceId: string, demand: Demand | undefined): void {
  snapshot.use(resourceId, UsageMetric.GPU_ALLOCATED, demand ? demand.allocated.gpus : 0);
  snapshot.use(resourceId, UsageMetric.GPU_REQUESTED, demand ? demand.requested.gpus : 0);
}

/** What may be given out is what is asked for too. */
function sizeAs(snapshot: Snapshot, resourceId: string, allocatable: GpuSum): void {
  snapshot.size(resourceId, UsageMetric.GPU_ALLOCATED, allocatable.gpus);
  snapshot.size(resourceId, UsageMetric.GPU_REQUESTED, allocatable.gpus);
}

/** A pool that is there without a node has no GPUs, and that is known: all nodes were listed. */
function describePool(snapshot: Snapshot, cluster: string, { name, models, regionIds, allocatable }: GpuPool, demand: GpuDemand): string {
  const model = onlyOne(models);
  const gpu = model === null ? null : ({ model, share: 1, sharing: 'WHOLE' } as const);
  const pool = snapshot.describe(`pools/${name}`, { name, resourceType: 'GPU Pool', parentResourceId: cluster, regionId: onlyOne(regionIds), tags: { pool: name }, gpu });
  useAs(snapshot, pool, demand.pools.get(name));
  sizeAs(snapshot, pool, allocatable);
  return pool;
}

/** What is the same for all; null where they differ, or there is none. */
function onlyOne(values: ReadonlySet<string | null>): string | null {
  const [value] = values;
  return values.size === 1 ? (value ?? null) : null;
}

/** Under the identifier that the DCGM exporter's GPUs are parts of. */
function describeNode(snapshot: Snapshot, parentResourceId: string, { name, model, regionId, tags, offers }: GpuNode, demand: GpuDemand): void {
  const gpu = model === null ? null : ({ model, share: 1, sharing: 'WHOLE' } as const);
  const node = snapshot.describe(name, { name, resourceType: 'Node', parentResourceId, regionId, tags, gpu });
  const allocatable = new GpuSum();
  for (const offer of offers) {
    allocatable.add(offer.allocatable, offer.share);
    if (offer.sharing === 'WHOLE' || offer.share === null || model === null) continue;
    const slices = snapshot.describe(`${name}/${offer.resource}`, {
      name: `${offer.resource} of ${name}`,
      resourceType: 'GPU Slices',
      parentResourceId: node,
      regionId,
      tags,
      gpu: { model, share: offer.share.parts / offer.share.of, sharing: offer.sharing },
    });
    const size = new GpuSum();
    size.add(offer.allocatable, offer.share);
    snapshot.use(slices, UsageMetric.GPU_ALLOCATED, demand.givenOn(name, offer.resource));
    snapshot.size(slices, UsageMetric.GPU_ALLOCATED, size.gpus);
  }
  snapshot.use(node, UsageMetric.GPU_ALLOCATED, demand.givenOn(name));
  snapshot.size(node, UsageMetric.GPU_ALLOCATED, allocatable.gpus);
}

function noteWhatIsMissing({ nodes }: GpuInventory, { unplacedPodCount }: GpuDemand, report: CollectionReport): void {
  const offers = [...nodes.values()].flatMap((node) => node.offers.map((offer) => ({ node, ...offer })));
  for (const { node, resource, unknown, allocatable } of offers) {
    if (unknown === null || allocatable === 0) continue;
    report.refuse('GPUs of which nobody knows how they are shared', allocatable);
    report.notice(`${resource} of node ${node.name}: ${unknown}. Its GPUs, and those of its pool and cluster, are left unknown`);
  }
  const idle = offers.reduce((sum, { installed, allocatable }) => sum + Math.max(0, installed - allocatable), 0);
  if (idle > 0) report.notice(`${idle} GPUs or slices are installed and cannot be given out: they are unhealthy or reserved`);
  const closed = [...nodes.values()].filter(({ isOpen }) => !isOpen).length;
  if (closed > 0) report.notice(`${closed} nodes with GPUs are cordoned or not ready: their GPUs count all the same`);
  if (unplacedPodCount > 0) report.notice(`${unplacedPodCount} pods wait for GPUs that several pools could give, or none: they count for the cluster, and for no pool`);
}

/** Who asks: namespaces and teams, also those that ask for nothing any more, as long as they are there. */
export function describeGroups(snapshot: Snapshot, groups: ReadonlyMap<string, Demand>, names: Iterable<string>, { path, resourceType, tag }: { path: string; resourceType: string; tag: string }): void {
  for (const name of names) {
    const group = snapshot.describe(`${path}/${name}`, { name, resourceType, tags: { [tag]: name } });
    useAs(snapshot, group, groups.get(name));
  }
}
