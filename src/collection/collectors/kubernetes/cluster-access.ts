import { readFile } from 'node:fs/promises';
import { CollectorRejected } from '../../collector-failure.js';
import type { KubernetesSettings } from './settings.js';

/** Where the API of a cluster is, and as whom it is called. */
export interface ClusterAccess {
  url: string;
  caCertificate?: string;
  /** Asked for before every call: the token of a pod is replaced while a run lasts. Null calls as nobody. */
  token(): Promise<string | null>;
}

/** @throws CollectorRejected where the settings name no cluster, and Headroom runs in none */
export async function clusterAccess(settings: KubernetesSettings): Promise<ClusterAccess> {
  const { url, token = null, caCertificate } = settings;
  return url === undefined ? ownCluster() : { url: url.replace(/\/+$/, ''), caCertificate, token: () => Promise.resolve(token) };
}

/**
 * The cluster that this process runs in, as its service account.
 *
 * @param root where the files of the pod are
 */
export async function ownCluster(root = ''): Promise<ClusterAccess> {
  if (!process.env.KUBERNETES_SERVICE_HOST || !process.env.KUBERNETES_SERVICE_PORT) {
    throw new CollectorRejected('kubernetes needs the setting "url": Headroom does not run in a cluster itself');
  }
  // A thousand modules, which nobody needs who names the address.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromCluster(root);
  const { server, caFile } = config.getCurrentCluster()!;
  const { tokenFile } = (config.getCurrentUser()!.authProvider as { config: { tokenFile: string } }).config;
  const mounted = async (path: string): Promise<string> => {
    try {
      return (await readFile(path, 'utf8')).trim();
    } catch (error) {
      throw new CollectorRejected(`${path} cannot be read: the pod needs its service account (automountServiceAccountToken)`, { cause: error });
    }
  };
  return { url: server, caCertificate: await mounted(caFile!), token: () => mounted(tokenFile) };
}
