import type { V1Node, V1PersistentVolume, V1PersistentVolumeClaim, V1Pod, V1PolicyRule } from '@kubernetes/client-node';
import type { ClusterQueue } from '../../src/collection/collectors/kubernetes/queues.js';
import { json, SourceServer, type Asked, type Behaviour } from './source-server.js';

/** A request as the rules of a ClusterRole see it. */
export interface AskedList {
  apiGroup: string;
  version: string;
  resource: string;
}

/**
 * The API of a Kubernetes cluster as a local server: lists in pages of one state of the cluster, tokens
 * that expire, rights. It answers from its objects, which a test may change at any time, and misbehaves
 * at the calls that a test names.
 */
export class KubernetesServer {
  nodes: V1Node[] = [];
  pods: V1Pod[] = [];
  namespaces: string[] = [];
  volumes: V1PersistentVolume[] = [];
  claims: V1PersistentVolumeClaim[] = [];
  queues: ClusterQueue[] = [];
  /** The version that Kueue is served in; null where it is not installed. */
  kueueVersion: string | null = 'v1beta2';
  /** No more than this on a page, whatever is asked for. */
  itemsOfPage = 500;
  /** The token that it knows; null lets everybody in. */
  token: string | null = null;
  /** What who asks may do; null is everything. */
  rules: V1PolicyRule[] | null = null;
  /** What a call gets in place of its answer; calls are numbered from 1. */
  instead: (call: number, asked: Asked) => Behaviour | null = () => null;
  /** What is left of lists that were begun, by the token that goes on with each. */
  private readonly begun = new Map<string, object[]>();

  private constructor(private readonly server: SourceServer) {}

  /** @param identity a private key and a certificate as PEM, to speak HTTPS */
  static async start(identity?: { key: string; cert: string }): Promise<KubernetesServer> {
    const server = await SourceServer.start(undefined, identity);
    const cluster = new KubernetesServer(server);
    server.answer((asked, response) => cluster.answer(asked)(asked, response));
    return cluster;
  }

  get url(): string {
    return this.server.url;
  }

  get requests(): Asked[] {
    return this.server.requests;
  }

  /** What was asked for, in order. */
  get lists(): AskedList[] {
    return this.requests.map(({ path }) => listOf(path)!);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Forgets the states of the past, as etcd does when it is compacted: lists that were begun have expired. */
  forget(): void {
    this.begun.clear();
  }

  static refusal(code: number, reason: string, message = 'a reason'): Behaviour {
    return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }, code);
  }

  private answer(asked: Asked): Behaviour {
    const instead = this.instead(this.requests.length, asked);
    if (instead) return instead;
    if (this.token !== null && asked.headers.authorization !== `Bearer ${this.token}`) return KubernetesServer.refusal(401, 'Unauthorized', 'Unauthorized');
    const list = listOf(asked.path);
    if (!list || asked.method !== 'GET') return KubernetesServer.refusal(404, 'NotFound', 'the server could not find the requested resource');
    if (!this.allows(list)) return KubernetesServer.refusal(403, 'Forbidden', `${list.resource} is forbidden: User "system:serviceaccount:headroom:headroom" cannot list resource "${list.resource}" in API group "${list.apiGroup}" at the cluster scope`);
    const items = this.items(list);
    if (!items) return KubernetesServer.refusal(404, 'NotFound', 'the server could not find the requested resource');
    return this.page(items, new URL(asked.path, this.url).searchParams);
  }

  private allows({ apiGroup, resource }: AskedList): boolean {
    return this.rules === null || this.rules.some(({ apiGroups, resources, verbs }) => apiGroups?.includes(apiGroup) && resources?.includes(resource) && verbs.includes('list'));
  }

  private items({ apiGroup, version, resource }: AskedList): object[] | undefined {
    if (apiGroup === 'kueue.x-k8s.io') return version === this.kueueVersion && resource === 'clusterqueues' ? this.queues : undefined;
    if (apiGroup !== '' || version !== 'v1') return undefined;
    const namespaces = this.namespaces.map((name) => ({ metadata: { name } }));
    const lists: Record<string, object[]> = { nodes: this.nodes, pods: this.pods, namespaces, persistentvolumes: this.volumes, persistentvolumeclaims: this.claims };
    return lists[resource];
  }

  private page(items: object[], asked: URLSearchParams): Behaviour {
    const token = asked.get('continue');
    const left = token === null ? items.filter((item) => isSelected(item, asked.get('fieldSelector'))) : this.begun.get(token);
    if (!left) return KubernetesServer.refusal(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.');
    const count = Math.min(this.itemsOfPage, Number(asked.get('limit') ?? this.itemsOfPage));
    const rest = left.slice(count);
    const next = rest.length > 0 ? `state-${this.requests.length}` : undefined;
    if (next) this.begun.set(next, rest);
    // Lists of custom resources that are empty come as null.
    return json({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1', ...(next && { continue: next, remainingItemCount: rest.length }) }, items: left.length === 0 ? null : left.slice(0, count) });
  }
}

function listOf(path: string): AskedList | null {
  const { pathname } = new URL(path, 'http://cluster');
  const [, core, group, groupVersion, resource] = /^\/(?:api\/(v\w+)|apis\/([^/]+)\/(v\w+))\/([^/]+)$/.exec(pathname) ?? [];
  return resource === undefined ? null : { apiGroup: group ?? '', version: core ?? groupVersion!, resource };
}

/** Of field selectors, those that pods know: `status.phase!=Failed`. */
function isSelected(item: object, selector: string | null): boolean {
  const { phase } = (item as V1Pod).status ?? {};
  return (selector ?? '').split(',').every((part) => part !== `status.phase!=${phase}`);
}

/** A node that offers what it is told to. */
export function gpuNode(name: string, gpus: Record<string, number>, labels: Record<string, string> = {}, allocatable: Record<string, number> = gpus): V1Node {
  const texts = (counts: Record<string, number>) => ({ cpu: '96', memory: '1056Gi', ...Object.fromEntries(Object.entries(counts).map(([resource, count]) => [resource, `${count}`])) });
  return { metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } }, status: { capacity: texts(gpus), allocatable: texts(allocatable) } };
}

export interface PodServed {
  node?: string;
  namespace?: string;
  labels?: Record<string, string>;
  phase?: string;
  spec?: Partial<V1Pod['spec']>;
}

/** A pod of one container that asks for what it is told to; it waits where it has no node. */
export function gpuPod(limits: Record<string, number>, { node, namespace = 'research', labels = {}, phase = node ? 'Running' : 'Pending', spec = {} }: PodServed = {}): V1Pod {
  const resources = { limits: Object.fromEntries(Object.entries(limits).map(([resource, count]) => [resource, `${count}`])) };
  return { metadata: { name: 'a-pod', namespace, labels }, spec: { containers: [{ name: 'main', resources }], ...(node && { nodeName: node }), ...spec }, status: { phase } };
}
