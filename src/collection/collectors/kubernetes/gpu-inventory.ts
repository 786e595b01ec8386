import type { V1Node } from '@kubernetes/client-node';
import { gpuModel, gpuOffers, shareByName, type GpuOffer, type Labels } from './gpu-offer.js';
import { GpuSum } from './gpu-sum.js';
import type { GpuShare } from '../../../resources/index.js';

export interface GpuNode {
  name: string;
  /** Null for a node that no label puts into a pool. */
  pool: string | null;
  model: string | null;
  regionId: string | null;
  tags: Record<string, string>;
  offers: readonly GpuOffer[];
  /** Whether new pods may go there: it is ready, and nobody has cordoned it. */
  isOpen: boolean;
}

/** Nodes with GPUs that one label puts together. */
export interface GpuPool {
  name: string;
  /** What all its nodes have in common; null for a label that only some have, or with other values. */
  labels: Map<string, string | null>;
  nodeCount: number;
  models: Set<string | null>;
  regionIds: Set<string | null>;
  allocatable: GpuSum;
  offers: Map<string, GpuShare | null>;
}

const regionLabel = 'topology.kubernetes.io/region';
const keptLabels = ['topology.kubernetes.io/zone', 'node.kubernetes.io/instance-type'];

/** The nodes with GPUs of a cluster, and the pools they are in. */
export class GpuInventory {
  readonly nodes = new Map<string, GpuNode>();
  readonly pools = new Map<string, GpuPool>();
  readonly allocatable = new GpuSum();
  private readonly offered = new Map<string, GpuShare | null>();

  /**
   * @param poolLabels in the order in which they count
   * @param pools there also without a node
   */
  constructor(
    readonly poolLabels: readonly string[],
    pools: readonly string[],
  ) {
    for (const name of pools) this.pools.set(name, emptyPool(name));
  }

  /** Takes in a node. One without GPUs says nothing here. */
  add({ metadata, spec, status }: V1Node): void {
    const labels: Labels = metadata?.labels ?? {};
    const offers = gpuOffers(labels, status?.capacity ?? {}, status?.allocatable ?? {});
    if (!metadata?.name || offers.length === 0) return;
    const poolLabel = this.poolLabels.find((label) => labels[label]);
    const pool = poolLabel === undefined ? null : labels[poolLabel]!;
    const kept = [...(poolLabel === undefined ? [] : [poolLabel]), ...keptLabels].filter((label) => labels[label]);
    const node: GpuNode = {
      name: metadata.name,
      pool,
      model: gpuModel(labels),
      regionId: labels[regionLabel] ?? null,
      tags: Object.fromEntries(kept.map((label) => [label, labels[label]!])),
      offers,
      isOpen: spec?.unschedulable !== true && status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'False',
    };
    this.nodes.set(node.name, node);
    if (pool !== null) join(this.pool(pool), node, labels);
    for (const { resource, share, allocatable } of offers) {
      this.allocatable.add(allocatable, share);
      noteOffer(this.offered, resource, share);
    }
  }

  /** What one of a resource is of a GPU, on a node, in a pool, or wherever it is offered. */
  shareOf(resource: string, node: GpuNode | undefined, pool: GpuPool | undefined): GpuShare | null {
    const onNode = node?.offers.find((offer) => offer.resource === resource);
    if (onNode) return onNode.share;
    const offers = [pool?.offers, this.offered].find((known) => known?.has(resource));
    return offers ? (offers.get(resource) ?? null) : shareByName(resource);
  }

  private pool(name: string): GpuPool {
    const pool = this.pools.get(name) ?? emptyPool(name);
    this.pools.set(name, pool);
    return pool;
  }
}

const emptyPool = (name: string): GpuPool => ({ name, labels: new Map(), nodeCount: 0, models: new Set(), regionIds: new Set(), allocatable: new GpuSum(), offers: new Map() });

function join(pool: GpuPool, { model, regionId, offers }: GpuNode, labels: Labels): void {
  for (const [label, value] of Object.entries(labels)) {
    const isCommon = pool.nodeCount === 0 || pool.labels.get(label) === value;
    pool.labels.set(label, isCommon ? value : null);
  }
  for (const label of pool.labels.keys()) if (labels[label] === undefined) pool.labels.set(label, null);
  pool.nodeCount += 1;
  pool.models.add(model);
  pool.regionIds.add(regionId);
  for (const { resource, share, allocatable } of offers) {
    pool.allocatable.add(allocatable, share);
    if (allocatable > 0) noteOffer(pool.offers, resource, share);
  }
}

/** Where one resource is offered in several shares, the largest counts: demand is not to be understated. */
function noteOffer(offers: Map<string, GpuShare | null>, resource: string, share: GpuShare | null): void {
  const known = offers.get(resource);
  if (!known || (share !== null && share.parts * known.of > known.parts * share.of)) offers.set(resource, share);
}
