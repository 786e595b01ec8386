import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAllYaml, type V1ClusterRole } from '@kubernetes/client-node';
import { CollectorRejected, collectors } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import { ownCluster } from '../../src/collection/collectors/kubernetes/cluster-access.js';
import { ClusterClient } from '../../src/collection/collectors/kubernetes/cluster-client.js';
import { gpuNode, gpuPod, guideBlocks, KubernetesServer, runCollector, selfSigned, testContact } from '../support/index.js';

const kubernetes = collectors.find(({ name }) => name === 'kubernetes')!;
const window = { start: new Date('2026-11-24T08:00:00Z'), end: new Date('2026-11-24T09:00:00Z') };
const nodes = { apiGroup: '', versions: ['v1'], resource: 'nodes' };

describe('access to a cluster', () => {
  let server: KubernetesServer;
  afterEach(() => server.stop());

  describe('with the rights of the guide', () => {
    const role = async () => (loadAllYaml((await guideBlocks('kubernetes.md', 'yaml'))[0]!) as V1ClusterRole[]).find(({ kind }) => kind === 'ClusterRole')!;
    const granted = ({ rules }: V1ClusterRole) => rules!.flatMap(({ apiGroups, resources, verbs }) => apiGroups!.flatMap((group) => resources!.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)))).toSorted();

    it('is enough for all that is read, and none of them is left over', async () => {
      server = await KubernetesServer.start();
      const { rules } = await role();
      server.rules = rules!;
      server.nodes = [gpuNode('n1', { 'nvidia.com/gpu': 8 })];
      server.pods = [gpuPod({ 'nvidia.com/gpu': 1 }, { node: 'n1' })];
      const settings = { cluster: 'c', url: server.url };
      await runCollector(kubernetes, settings, { window });
      await kubernetes.test!(checkedSettings(kubernetes, settings), testContact(kubernetes).contact);
      expect([...new Set(server.lists.map(({ apiGroup, resource }) => `list ${apiGroup}/${resource}`))].toSorted()).toEqual(granted(await role()));
      expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
    });

    it('may be narrower where less is wanted', async () => {
      server = await KubernetesServer.start();
      const { rules } = await role();
      server.rules = rules!.filter(({ resources }) => resources!.includes('nodes'));
      const { report } = await runCollector(kubernetes, { cluster: 'c', url: server.url, queues: false, volumes: false }, { window });
      expect(report.callCount).toBe(3);
    });
  });

  it('takes the settings that the guide shows', async () => {
    server = await KubernetesServer.start();
    const [shown] = await guideBlocks('kubernetes.md', 'json');
    expect(checkedSettings(kubernetes, JSON.parse(shown!))).toMatchObject({ cluster: 'frankfurt', queues: true, volumes: true, pools: [] });
  });

  it('trusts the authority that the settings name, and no other certificate', async () => {
    const own = await selfSigned();
    server = await KubernetesServer.start(own);
    server.token = 'sesame-4711-open';
    const settings = { cluster: 'c', url: server.url, token: server.token, queues: false, volumes: false };
    const { report } = await runCollector(kubernetes, { ...settings, caCertificate: own.cert }, { window });
    expect(report.callCount).toBe(3);
    const { host } = new URL(server.url);
    for (const caCertificate of [undefined, (await selfSigned()).cert]) {
      const asked = server.requests.length;
      const collecting = runCollector(kubernetes, { ...settings, ...(caCertificate && { caCertificate }) }, { window });
      await expect(collecting).rejects.toThrow(CollectorRejected);
      await expect(collecting).rejects.toThrow(`the certificate of https://${host} is signed by no authority that is trusted here`);
      expect(server.requests.length).toBe(asked);
    }
  });

  it('refuses a certificate that is none before anything is stored', async () => {
    server = await KubernetesServer.start();
    const settings = checkedSettings(kubernetes, { cluster: 'c', url: server.url, caCertificate: '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----' });
    expect(() => kubernetes.windowPolicy!(settings)).toThrow('setting "caCertificate" of kubernetes needs a certificate as PEM');
  });

  it('says what may be listed when it is tried', async () => {
    server = await KubernetesServer.start();
    server.kueueVersion = null;
    const settings = checkedSettings(kubernetes, { cluster: 'c', url: server.url });
    expect(await kubernetes.test!(settings, testContact(kubernetes).contact)).toBe(
      `${new URL(server.url).host} answers, and lets nodes, pods, namespaces, clusterqueues, persistentvolumes, persistentvolumeclaims be listed`,
    );
  });

  describe('from within', () => {
    const mounts = 'var/run/secrets/kubernetes.io/serviceaccount';
    let root: string;
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'headroom-pod-'));
    });
    afterEach(async () => {
      delete process.env.KUBERNETES_SERVICE_HOST;
      delete process.env.KUBERNETES_SERVICE_PORT;
      await rm(root, { recursive: true });
    });

    it('is as the service account of the pod, whose token may change while it reads', async () => {
      const own = await selfSigned();
      server = await KubernetesServer.start(own);
      server.token = 'first';
      const mount = async (name: string, content: string) => {
        await mkdir(dirname(join(root, mounts, name)), { recursive: true });
        await writeFile(join(root, mounts, name), content);
      };
      await mount('ca.crt', own.cert);
      await mount('token', 'first\n');
      process.env.KUBERNETES_SERVICE_HOST = '127.0.0.1';
      process.env.KUBERNETES_SERVICE_PORT = new URL(server.url).port;
      server.nodes = [gpuNode('n1', {}), gpuNode('n2', {})];
      const client = new ClusterClient(await ownCluster(root), testContact(kubernetes).contact);
      const names = () => client.fold(nodes, (): string[] => [], (all, { metadata }: { metadata: { name: string } }) => void all.push(metadata.name));
      expect(await names()).toEqual(['n1', 'n2']);
      server.token = 'second';
      await mount('token', 'second\n');
      expect(await names()).toEqual(['n1', 'n2']);
      await rm(join(root, mounts, 'token'));
      await expect(names()).rejects.toThrow('serviceaccount/token cannot be read: the pod needs its service account (automountServiceAccountToken)');
    });

    it('is refused where there is no cluster around, with the setting that says where one is', async () => {
      server = await KubernetesServer.start();
      await expect(runCollector(kubernetes, { cluster: 'c' }, { window })).rejects.toThrow('kubernetes needs the setting "url": Headroom does not run in a cluster itself');
    });
  });
});
