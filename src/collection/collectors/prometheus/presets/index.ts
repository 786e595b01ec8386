import type { SeriesQuery } from '../series-query.js';
import { dcgm } from './dcgm.js';
import { kubeStateMetrics } from './kube-state-metrics.js';
import { kubeletVolumes } from './kubelet-volumes.js';
import { kueue } from './kueue.js';
import { opencost } from './opencost.js';
import type { Preset } from './preset.js';
import { vllm } from './vllm.js';

/** Every preset. A new one is a file beside these and a line here. */
export const presets: readonly Preset[] = [dcgm, kubeletVolumes, kubeStateMetrics, kueue, vllm, opencost];

/** What a preset asks for, as a person would have to write it. */
export function queriesOf({ serviceName, serviceCategory, queries }: Preset, providerName: string): SeriesQuery[] {
  return queries.map((query) => ({ observes: 'usage', factor: 1, tagLabels: [], providerName, serviceName, serviceCategory, ...query }));
}
