import { X509Certificate } from 'node:crypto';
import { InvalidInput, type SettingsSchema } from '../../../platform/index.js';

export interface KubernetesSettings {
  cluster: string;
  /** Without it, the cluster that Headroom itself runs in. */
  url?: string;
  token?: string;
  caCertificate?: string;
  providerName: string;
  poolLabels: readonly string[];
  pools: readonly string[];
  teamLabel?: string;
  queues: boolean;
  volumes: boolean;
}

const label = { type: 'string', pattern: '^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$' } as const;

export const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['cluster'],
  dependentRequired: { token: ['url'], caCertificate: ['url'] },
  properties: {
    cluster: { type: 'string', pattern: '^[^/\\s]+$', maxLength: 100, description: 'what the cluster is called; the identifiers of its resources begin with it' },
    url: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where its API is served, such as https://cluster.example:6443; without it, the cluster that Headroom runs in, as its service account' },
    token: { type: 'string', writeOnly: true, minLength: 1, pattern: '^[\\x21-\\x7e]+$', description: 'the token of a service account with the rights of the guide' },
    caCertificate: { type: 'string', maxLength: 100_000, pattern: '^-----BEGIN CERTIFICATE-----', description: 'the authority that signs the certificate of the API, as PEM, where it is none that everybody trusts' },
    providerName: { type: 'string', minLength: 1, default: 'own', description: 'whose resources they are, as in the bills' },
    poolLabels: {
      type: 'array',
      default: ['karpenter.sh/nodepool', 'eks.amazonaws.com/nodegroup', 'cloud.google.com/gke-nodepool', 'kubernetes.azure.com/agentpool'],
      items: { ...label, description: 'the name of a label of nodes' },
      description: 'labels that say which pool a node is of; the first that a node has counts, and a node without belongs to no pool',
    },
    pools: { type: 'array', default: [], items: { type: 'string', minLength: 1, description: 'the name of a pool' }, description: 'pools that are there also when they have no node: their capacity is 0 then, and not unknown' },
    teamLabel: { ...label, description: 'a label of pods whose value is their team, for what each team asks for' },
    queues: { type: 'boolean', default: true, description: 'whether to read the quotas of Kueue, where it is installed' },
    volumes: { type: 'boolean', default: true, description: 'whether to read how large persistent volumes are' },
  },
  examples: [
    { cluster: 'frankfurt', url: 'https://cluster.example:6443', token: 'a-service-account-token', teamLabel: 'team' },
    { cluster: 'frankfurt' },
  ],
};

/** @throws InvalidInput for a certificate that is none */
export function checkCertificate({ caCertificate }: KubernetesSettings): void {
  if (caCertificate === undefined) return;
  try {
    new X509Certificate(caCertificate);
  } catch (error) {
    throw new InvalidInput('setting "caCertificate" of kubernetes needs a certificate as PEM, and what it got cannot be read as one', ['settings', 'caCertificate'], { cause: error });
  }
}
