import { ServiceCategory } from '../../../access/index.js';
import { UsageMetric, usageUnits } from '../../../usage/index.js';
import type { SettingsSchema } from '../../../platform/index.js';
import { presets } from './presets/index.js';
import type { SeriesQuery } from './series-query.js';

export interface PrometheusSettings {
  url: string;
  bearerToken?: string;
  username?: string;
  password?: string;
  /** The tenant of a Mimir or Thanos that has several (X-Scope-OrgID). */
  tenant?: string;
  step: string;
  firstReach: string;
  overlap: string;
  presets: readonly string[];
  providerName: string;
  /** The cluster, where series do not say it themselves. */
  cluster?: string;
  /** Matchers of labels that all series of presets have. */
  selector?: string;
  queries: readonly SeriesQuery[];
}

const template = 'with labels in braces, such as {namespace}/{pod}; {a|b} is the first there is, [{a}/] may be missing';

export const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  dependentRequired: { password: ['username'], username: ['password'] },
  properties: {
    url: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where Prometheus, or what speaks its API, is served, such as https://prometheus:9090' },
    bearerToken: { type: 'string', writeOnly: true, minLength: 1, description: 'the token to bring, where one is needed' },
    username: { type: 'string', minLength: 1, description: 'the name for HTTP Basic, where it is needed' },
    password: { type: 'string', writeOnly: true, minLength: 1, description: 'the password for HTTP Basic' },
    tenant: { type: 'string', pattern: '^[\\x21-\\x7e]+$', description: 'the tenant of a Mimir or Thanos that has several (X-Scope-OrgID)' },
    step: { type: 'string', format: 'duration', default: 'PT5M', description: 'time between two samples of a series' },
    firstReach: { type: 'string', format: 'duration', default: 'P90D', description: 'how far back the first run reads' },
    overlap: { type: 'string', format: 'duration', default: 'PT2H', description: 'how far back every later run reads again, for samples that came late' },
    presets: {
      type: 'array',
      default: [],
      description: 'exporters that it is known what to ask for',
      items: { type: 'string', enum: presets.map(({ name }) => name), description: presets.map(({ name, reads }) => `${name}: ${reads}`).join('; ') },
    },
    providerName: { type: 'string', minLength: 1, default: 'own', description: 'whose resources those of presets are, as in the bills' },
    cluster: { type: 'string', minLength: 1, description: 'the name of the cluster, for resources of series without a label "cluster"' },
    selector: { type: 'string', pattern: '^[^{}]+$', description: 'what all series of presets are selected by, such as cluster="frankfurt"' },
    queries: {
      type: 'array',
      default: [],
      maxItems: 100,
      description: 'what else to ask, one expression for each metric',
      items: {
        type: 'object',
        description: 'one PromQL expression, and what its series are samples of',
        additionalProperties: false,
        required: ['query', 'metric', 'resourceId'],
        properties: {
          query: { type: 'string', minLength: 1, maxLength: 10_000, description: 'PromQL; $step in it stands for the step, as in avg_over_time(node_load1[$step])' },
          observes: { type: 'string', enum: ['usage', 'capacities'], default: 'usage', description: 'how much is used, or how much there is' },
          metric: { type: 'string', enum: Object.values(UsageMetric), description: `what the values are: ${Object.entries(usageUnits).map(([metric, unit]) => `${metric} in ${unit}`).join(', ')}` },
          factor: { type: 'number', default: 1, description: 'what values are multiplied by to come to that unit' },
          resourceId: { type: 'string', minLength: 1, description: `what tells resources apart, ${template}` },
          resourceName: { type: 'string', minLength: 1, description: `what people call the resource, ${template}` },
          resourceType: { type: 'string', minLength: 1, description: 'what kind of thing it is, such as GPU' },
          parentResourceId: { type: 'string', minLength: 1, description: `what the resource is a part of, ${template}` },
          providerName: { type: 'string', minLength: 1, default: 'own', description: 'whose resources they are, as in the bills' },
          serviceName: { type: 'string', minLength: 1, default: 'unknown', description: 'what the provider sells them as' },
          serviceCategory: { type: 'string', enum: Object.values(ServiceCategory), default: ServiceCategory.OTHER, description: 'the FOCUS category of that service' },
          regionId: { type: 'string', minLength: 1, description: `where they are, ${template}` },
          subAccountId: { type: 'string', minLength: 1, description: `whose part of the account they are, ${template}` },
          tagLabels: { type: 'array', default: [], items: { type: 'string', description: 'the name of a label' }, description: 'labels to keep as tags' },
        },
      },
    },
  },
  examples: [
    {
      url: 'http://127.0.0.1:9090',
      bearerToken: 'a token',
      presets: ['kubelet-volumes'],
      cluster: 'frankfurt',
      queries: [
        {
          query: 'avg by (Hostname, gpu) (avg_over_time(DCGM_FI_PROF_GR_ENGINE_ACTIVE[$step]))',
          metric: UsageMetric.GPU_UTILIZATION,
          resourceId: '{Hostname}/{gpu}',
          resourceType: 'GPU',
          serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
        },
      ],
    },
  ],
};
