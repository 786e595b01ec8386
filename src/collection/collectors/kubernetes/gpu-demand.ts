import type { V1Container, V1NodeSelectorTerm, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import type { GpuInventory, GpuPool } from './gpu-inventory.js';
import { isGpuResource } from './gpu-offer.js';
import { GpuSum } from './gpu-sum.js';
import { quantity } from './quantity.js';

/** GPUs of those who ask for them. */
export interface Demand {
  /** Of pods that are on a node. */
  allocated: GpuSum;
  /** Those, and what pods wait for. */
  requested: GpuSum;
}

/** What pods ask for of GPUs: by node, by pool, by namespace and by team. */
export class GpuDemand {
  readonly cluster: Demand = noDemand();
  readonly pools = new Map<string, Demand>();
  readonly namespaces = new Map<string, Demand>();
  readonly teams = new Map<string, Demand>();
  /** By node and resource. */
  private readonly onNodes = new Map<string, Map<string, number>>();
  /** Pods that wait, and could go to several pools or to none. */
  unplacedPodCount = 0;

  constructor(
    private readonly inventory: GpuInventory,
    private readonly teamLabel: string | undefined,
  ) {}

  /** How many of a resource are given to pods on a node. */
  givenOn(node: string, resource: string): number {
    return this.onNodes.get(node)?.get(resource) ?? 0;
  }

  /** Takes in a pod. One without GPUs, or at its end, says nothing here. */
  add({ metadata, spec, status }: V1Pod): void {
    if (!spec || status?.phase === 'Succeeded' || status?.phase === 'Failed') return;
    const asked = gpusAsked(spec);
    if (asked.size === 0) return;
    // A pod on a node that came or went while the cluster was read holds nothing that is known, and asks all the same.
    const node = this.inventory.nodes.get(spec.nodeName ?? '');
    const pool = node ? this.inventory.pools.get(node.pool ?? '') : this.poolFor(spec, [...asked.keys()]);
    if (!node && !pool && this.inventory.pools.size > 0) this.unplacedPodCount += 1;
    const demands = [
      this.cluster,
      ...(pool ? [of(this.pools, pool.name)] : []),
      of(this.namespaces, metadata?.namespace ?? 'default'),
      ...(this.teamLabel === undefined ? [] : [of(this.teams, metadata?.labels?.[this.teamLabel] ?? 'untagged')]),
    ];
    for (const [resource, count] of asked) {
      const share = this.inventory.shareOf(resource, node, pool);
      for (const { allocated, requested } of demands) {
        requested.add(count, share);
        if (node) allocated.add(count, share);
      }
      if (node) this.noteGiven(node.name, resource, count);
    }
  }

  private noteGiven(node: string, resource: string, count: number): void {
    const given = this.onNodes.get(node) ?? new Map<string, number>();
    this.onNodes.set(node, given.set(resource, (given.get(resource) ?? 0) + count));
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

/** As the scheduler counts: containers run together, initial ones before them one after the other, sidecars all the time. */
function gpusAsked({ containers, initContainers }: V1PodSpec): Map<string, number> {
  const asked = new Map<string, number>();
  const resources = new Set([...containers, ...(initContainers ?? [])].flatMap((container) => Object.keys(container.resources?.limits ?? {}).filter(isGpuResource)));
  for (const resource of resources) {
    let [sidecars, before] = [0, 0];
    for (const container of initContainers ?? []) {
      const count = limitOf(container, resource);
      if (container.restartPolicy === 'Always') sidecars += count;
      before = Math.max(before, container.restartPolicy === 'Always' ? sidecars : sidecars + count);
    }
    const together = containers.reduce((sum, container) => sum + limitOf(container, resource), sidecars);
    const count = Math.max(together, before);
    if (count > 0) asked.set(resource, count);
  }
  return asked;
}

/** Of extended resources the request is the limit, and a whole number. */
function limitOf({ resources }: V1Container, resource: string): number {
  const count = quantity(resources?.limits?.[resource]);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
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
