import type { V1NodeSelectorTerm, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import type { GpuShare } from '../../../resources/index.js';
import { gpusAsked } from './gpu-request.js';
import type { GpuInventory, GpuPool } from './gpu-inventory.js';
import { GpuSum } from './gpu-sum.js';

/** GPUs of those who ask for them. */
export interface Demand {
  /** Of pods that are on a node. */
  allocated: GpuSum;
  /** Those, and what pods wait for. */
  requested: GpuSum;
}

/** GPUs that pods have on a node, by the resource that they asked for and in all. */
interface Given {
  total: GpuSum;
  byResource: Map<string, GpuSum>;
}

/** What pods ask for of GPUs: by node, by pool, by namespace and by team. */
export class GpuDemand {
  readonly cluster: Demand = noDemand();
  readonly pools = new Map<string, Demand>();
  readonly namespaces = new Map<string, Demand>();
  readonly teams = new Map<string, Demand>();
  private readonly onNodes = new Map<string, Given>();
  /** Pods that wait, and could go to several pools or to none. */
  unplacedPodCount = 0;

  constructor(
    private readonly inventory: GpuInventory,
    private readonly teamLabel: string | undefined,
  ) {}

  /** GPUs that pods have on a node, or of one resource there. Null where they are unknown. */
  givenOn(node: string, resource?: string): number | null {
    const given = this.onNodes.get(node);
    const sum = resource === undefined ? given?.total : given?.byResource.get(resource);
    return sum ? sum.gpus : 0;
  }

  /** Takes in a pod. One without GPUs, or at its end, says nothing here. */
  add(pod: V1Pod): void {
    const { metadata, spec, status } = pod;
    if (!spec || status?.phase === 'Succeeded' || status?.phase === 'Failed') return;
    const asked = gpusAsked(pod);
    if (asked.length === 0) return;
    // A pod on a node that came or went while the cluster was read holds nothing that is known, and asks all the same.
    const node = this.inventory.nodes.get(spec.nodeName ?? '');
    const pool = node ? this.inventory.pools.get(node.pool ?? '') : this.poolFor(spec, asked.map(({ resource }) => resource));
    if (!node && !pool && this.inventory.pools.size > 0) this.unplacedPodCount += 1;
    const demands = [
      this.cluster,
      ...(pool ? [of(this.pools, pool.name)] : []),
      of(this.namespaces, metadata?.namespace ?? 'default'),
      ...(this.teamLabel === undefined ? [] : [of(this.teams, metadata?.labels?.[this.teamLabel] ?? 'untagged')]),
    ];
    for (const { resource, count, fraction } of asked) {
      const share = fraction ?? this.inventory.shareOf(resource, node, pool);
      for (const { requested } of demands) requested.add(count, share);
      if (!node) continue;
      for (const { allocated } of demands) allocated.add(count, share);
      this.give(node.name, resource, count, share);
    }
  }

  private give(node: string, resource: string, count: number, share: GpuShare | null): void {
    const given = this.onNodes.get(node) ?? { total: new GpuSum(), byResource: new Map<string, GpuSum>() };
    const ofResource = given.byResource.get(resource) ?? new GpuSum();
    given.total.add(count, share);
    ofResource.add(count, share);
    given.byResource.set(resource, ofResource);
    this.onNodes.set(node, given);
  }

  /** The only pool that a pod may go to; undefined where there are several, or none. */
  private poolFor(spec: V1PodSpec, resources: readonly string[]): GpuPool | undefined {
    const { poolLabels, pools } = this.inventory;
    const selected = poolLabels.map((label) => spec.nodeSelector?.[label]).find((value) => value !== undefined);
    if (selected !== undefined) return pools.get(selected);
    const fitting = [...pools.values()].filter((pool) => resources.every((resource) => pool.offers.has(resource)) && takes(pool, spec));
    return fitting.length === 1 ? fitting[0] : undefined;
  }
}

const noDemand = (): Demand => ({ allocated: new GpuSum(), requested: new GpuSum() });

function of(demands: Map<string, Demand>, name: string): Demand {
  const demand = demands.get(name) ?? noDemand();
  demands.set(name, demand);
  return demand;
}

/** Whether a pod may go to the nodes of a pool, by what they have in common. */
function takes({ labels }: GpuPool, { nodeSelector, affinity }: V1PodSpec): boolean {
  const isSelected = Object.entries(nodeSelector ?? {}).every(([label, value]) => labels.has(label) && (labels.get(label) ?? value) === value);
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return isSelected && (!terms || terms.some((term) => fulfils(labels, term)));
}

/** What differs within a pool, or is compared as a number, is taken for fulfilled: some node may do. */
function fulfils(labels: GpuPool['labels'], { matchExpressions }: V1NodeSelectorTerm): boolean {
  return (matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels.get(key);
    if (value === null) return true;
    const isOne = value !== undefined && values?.includes(value) === true;
    const isFulfilled: Readonly<Record<string, boolean>> = { In: isOne, NotIn: !isOne, Exists: value !== undefined, DoesNotExist: value === undefined };
    return isFulfilled[operator] ?? true;
  });
}
