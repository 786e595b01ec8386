import { ServiceCategory } from '../../../../access/index.js';
import { UsageMetric } from '../../../../usage/index.js';
import type { Preset } from './preset.js';

const model = 'cluster, namespace, model_name';
const served = { resourceId: '[{cluster}/][{namespace}/]{model_name}', resourceType: 'Model', tagLabels: ['namespace'] };
/** Counters begin anew when a server does. */
const sumOf = (counter: string) => `sum by (${model}) (increase(${counter}{$selector}[$step]))`;

/** Models that vLLM serves: what all of its servers did in a step. Tokens are those of prompts and of answers. */
export const vllm: Preset = {
  name: 'vllm',
  reads: 'tokens and requests of models, from vLLM',
  serviceName: 'vLLM',
  serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
  queries: [
    { query: `${sumOf('vllm:prompt_tokens_total')} + ${sumOf('vllm:generation_tokens_total')}`, metric: UsageMetric.TOKENS, ...served },
    { query: sumOf('vllm:request_success_total'), metric: UsageMetric.REQUESTS, ...served },
  ],
};
