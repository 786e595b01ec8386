import type { V1Namespace, V1Node, V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { CollectorRejected } from '../../collector-failure.js';
import type { Bookmark, Collector, Contact } from '../../collector.js';
import { clusterAccess } from './cluster-access.js';
import { ClusterClient, type Listing } from './cluster-client.js';
import { describeGpus, describeGroups } from './describe-gpus.js';
import { GpuDemand } from './gpu-demand.js';
import { GpuInventory } from './gpu-inventory.js';
import { clusterQueues, describeQueue, type ClusterQueue } from './queues.js';
import { checkCertificate, settingsSchema, type KubernetesSettings } from './settings.js';
import { Snapshot } from './snapshot.js';
import { claimOf, Volumes, type Claim } from './volumes.js';

const core = (resource: string, fieldSelector?: string): Listing => ({ apiGroup: '', versions: ['v1'], resource, fieldSelector });
const nodes = core('nodes');
const namespaces = core('namespaces');
/** Pods at their end hold nothing; there may be more of them than of the others. */
const pods = core('pods', 'status.phase!=Succeeded,status.phase!=Failed');
const volumes = core('persistentvolumes');
const claims = core('persistentvolumeclaims');

/** A cluster tells of now alone: what is seen is of the last whole minute. */
const minuteMs = 60_000;

/**
 * What Kubernetes itself knows of a cluster: GPUs of nodes and pools, who has and who waits for them,
 * quotas of Kueue, sizes of volumes. One sample a run.
 *
 * Units   GPUs, in fractions for slices and shares; GiB for volumes.
 * Throws  CollectorUnavailable for what may pass; CollectorRejected for a token that is not known, or a
 *         right that is missing, by its name.
 * Source  https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/
 */
export const kubernetes: Collector<KubernetesSettings> = {
  name: 'kubernetes',
  description: 'GPUs and who asks for them, quotas of Kueue and sizes of volumes, from a Kubernetes cluster itself.',
  settingsSchema,
  isSnapshot: true,
  callLimits: { perRun: 5_000, perDay: null },

  windowPolicy(settings) {
    checkCertificate(settings);
    return { firstReach: 'PT1M', overlap: 'PT0S', align: { start: 'PT1M', end: 'PT1M' }, delay: 'PT0S', step: null };
  },

  async *collect(settings, { window, bookmark, ...contact }) {
    const cluster = new ClusterClient(await clusterAccess(settings), contact);
    const snapshot = new Snapshot(settings, window.end.getTime() - minuteMs);
    const inventory = await known(cluster, nodes, () => new GpuInventory(settings.poolLabels, settings.pools), (all, node: V1Node) => all.add(node));
    const demand = await known(cluster, pods, () => new GpuDemand(inventory, settings.teamLabel), (all, pod: V1Pod) => all.add(pod));
    const asking = await whoAsks(cluster, demand, bookmark);
    describeGpus(snapshot, settings.cluster, inventory, demand, contact.report);
    describeGroups(snapshot, demand.namespaces, asking.namespaces, { path: 'namespaces', resourceType: 'Kubernetes Namespace', tag: 'namespace' });
    describeGroups(snapshot, demand.teams, asking.teams, { path: 'teams', resourceType: 'Team', tag: settings.teamLabel ?? 'team' });
    if (settings.queues) {
      const queues = await cluster.fold(clusterQueues, (): ClusterQueue[] => [], (all, queue: ClusterQueue) => void all.push(queue));
      for (const queue of queues ?? []) describeQueue(snapshot, queue, inventory, contact.report);
    }
    if (settings.volumes) await describeVolumes(cluster, snapshot, contact);
    yield* snapshot.observations();
    yield { kind: 'bookmark', value: asking };
  },

  async test(settings, contact) {
    checkCertificate(settings);
    const cluster = new ClusterClient(await clusterAccess(settings), contact);
    const listings = [nodes, pods, namespaces, ...(settings.queues ? [clusterQueues] : []), ...(settings.volumes ? [volumes, claims] : [])];
    for (const listing of listings) {
      if (!(await cluster.tryListing(listing)) && listing !== clusterQueues) throw noSuchList(cluster, listing);
    }
    return `${cluster.host} answers, and lets ${listings.map(({ resource }) => resource).join(', ')} be listed`;
  },
};

/** @throws CollectorRejected where there is no such list: then it is no Kubernetes */
async function known<Item, Known>(cluster: ClusterClient, listing: Listing, fresh: () => Known, add: (known: Known, item: Item) => void): Promise<Known> {
  const all = await cluster.fold(listing, fresh, add);
  if (all === null) throw noSuchList(cluster, listing);
  return all;
}

const noSuchList = ({ host }: ClusterClient, { resource }: Listing): CollectorRejected =>
  new CollectorRejected(`${host} has no list of ${resource}: is it the API of a Kubernetes cluster?`);

/**
 * Namespaces and teams that ask for GPUs, or did before. What asks for nothing any more has 0, as long
 * as it is there; what is gone is not seen.
 */
async function whoAsks(cluster: ClusterClient, demand: GpuDemand, bookmark: Bookmark): Promise<{ namespaces: string[]; teams: string[] }> {
  const before = (bookmark ?? {}) as { namespaces?: string[]; teams?: string[] };
  const there = await known(cluster, namespaces, () => new Set<string>(), (all, { metadata }: V1Namespace) => void all.add(metadata?.name ?? ''));
  return {
    namespaces: [...new Set([...demand.namespaces.keys(), ...(before.namespaces ?? []).filter((name) => there.has(name))])].toSorted(),
    teams: [...new Set([...demand.teams.keys(), ...(before.teams ?? [])])].toSorted(),
  };
}

async function describeVolumes(cluster: ClusterClient, snapshot: Snapshot, { report }: Contact): Promise<void> {
  const all = await known(cluster, volumes, () => new Volumes(), (seen, volume: V1PersistentVolume) => seen.addVolume(volume));
  const claimed = await known(cluster, claims, (): Claim[] => [], (seen, claim: V1PersistentVolumeClaim) => void seen.push(claimOf(claim)));
  const waiting = claimed.filter((claim) => !all.describeClaim(snapshot, claim, report)).length;
  if (waiting > 0) report.notice(`${waiting} claims wait for a volume: they have no size yet`);
  all.describeRest(snapshot, report);
}
