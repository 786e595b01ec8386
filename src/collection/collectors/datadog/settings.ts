import { ServiceCategory } from '../../../access/index.js';
import { UsageMetric, usageUnits } from '../../../usage/index.js';
import { labelledResourceSettings } from '../../labelled-resource.js';
import type { SettingsSchema } from '../../../platform/index.js';
import { presetNames, type Preset } from './presets.js';
import type { DatadogQuery } from './query.js';

export interface DatadogSettings {
  site: string;
  endpoint?: string;
  apiKey: string;
  applicationKey: string;
  api: 'v1' | 'v2';
  step: string;
  firstReach: string;
  overlap: string;
  delay: string;
  presets: readonly Preset[];
  queries: readonly DatadogQuery[];
}

const sites = ['datadoghq.com', 'datadoghq.eu', 'us3.datadoghq.com', 'us5.datadoghq.com', 'ap1.datadoghq.com', 'ap2.datadoghq.com', 'uk1.datadoghq.com', 'ddog-gov.com', 'us2.ddog-gov.com'];

export const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['apiKey', 'applicationKey'],
  properties: {
    site: { type: 'string', format: 'hostname', enum: sites, default: 'datadoghq.com', description: 'the site of Datadog that the organisation is at' },
    endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where the API is called, if not at the address of the site' },
    apiKey: { type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]+$', description: 'an API key (DD-API-KEY)' },
    applicationKey: { type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]+$', description: 'an application key with the permission timeseries_query (DD-APPLICATION-KEY)' },
    api: { type: 'string', enum: ['v1', 'v2'], default: 'v1', description: 'which interface is asked: v1 says which interval it gives, v2 is for application keys that may not ask v1' },
    step: { type: 'string', format: 'duration', default: 'PT1H', description: 'what values are rolled up by' },
    firstReach: { type: 'string', format: 'duration', default: 'P90D', description: 'how far back the first run reads; Datadog keeps 15 months' },
    overlap: { type: 'string', format: 'duration', default: 'PT2H', description: 'how far back every later run reads again, for values that came late' },
    delay: { type: 'string', format: 'duration', default: 'PT5M', description: 'how long after a step it is read, so that Datadog has all of it' },
    presets: {
      type: 'array',
      default: [],
      items: { type: 'string', enum: presetNames, description: 'the name of a set of queries' },
      description: 'queries that are known already: nvidia-gpus of the DCGM integration, kubernetes-volumes of the kubelet',
    },
    queries: {
      type: 'array',
      default: [],
      maxItems: 100,
      description: 'what to ask beside them, one query for each metric',
      items: {
        type: 'object',
        description: 'one query, and what its series are samples of',
        additionalProperties: false,
        required: ['query', 'metric', 'resourceId'],
        properties: {
          query: { type: 'string', minLength: 1, maxLength: 5_000, description: 'a metric query such as avg:system.load.1{*} by {host}, or arithmetic of some; it is rolled up by the step, by the mean unless it says .rollup(max)' },
          metric: { type: 'string', enum: Object.values(UsageMetric), description: `what the values are: ${Object.entries(usageUnits).map(([metric, unit]) => `${metric} in ${unit}`).join(', ')}` },
          observes: { type: 'string', enum: ['usage', 'capacities'], default: 'usage', description: 'how much is used, or how much there is' },
          factor: { type: 'number', default: 1, description: 'what values are multiplied by to come to that unit' },
          ...labelledResourceSettings('{host}/{gpu}'),
        },
      },
    },
  },
  examples: [
    {
      endpoint: 'https://api.datadoghq.com',
      apiKey: 'an-api-key',
      applicationKey: 'an-application-key',
      queries: [
        {
          query: 'avg:dcgm.gpu_utilization{*} by {host,gpu}',
          metric: UsageMetric.GPU_UTILIZATION,
          factor: 0.01,
          resourceId: '{host}/{gpu}',
          resourceType: 'GPU',
          serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
        },
      ],
    },
    { site: 'datadoghq.eu', apiKey: 'an-api-key', applicationKey: 'an-application-key', presets: ['nvidia-gpus', 'kubernetes-volumes'] },
  ],
};
