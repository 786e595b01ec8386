import { ServiceCategory } from '../src/access/index.js';
import type { ResourceDescription } from '../src/resources/index.js';
import { UsageMetric, type SeriesSamples } from '../src/usage/index.js';

/** What a cluster is observed to do, made up. */
export interface GpuSamples {
  gpus: number;
  /** ISO 8601. */
  start: string;
  steps: number;
  stepMs: number;
  /** Of so many instants, one has another value than it would have; 0 changes none. */
  oneChangedOf: number;
}

const metrics = [UsageMetric.GPU_UTILIZATION, UsageMetric.GPU_MEMORY, UsageMetric.GPU_POWER, UsageMetric.GPU_ALLOCATED, UsageMetric.CPU];
const providerName = 'bench';

export const seriesCount = ({ gpus }: GpuSamples): number => gpus * metrics.length;

export const sampleCount = (made: GpuSamples): number => seriesCount(made) * made.steps;

const gpuNames = ({ gpus }: GpuSamples): string[] => Array.from({ length: gpus }, (_, gpu) => `node-${Math.floor(gpu / 8)}/gpu-${gpu % 8}`);

export function describedGpus(made: GpuSamples): ResourceDescription[] {
  return gpuNames(made).map((resourceId) => ({
    providerName,
    resourceId,
    resourceName: null,
    resourceType: 'GPU',
    serviceName: 'own',
    serviceCategory: ServiceCategory.AI_AND_MACHINE_LEARNING,
    regionId: null,
    subAccountId: null,
    tags: {},
    gpu: null,
    firstSeenAt: made.start,
    lastSeenAt: made.start,
  }));
}

/** One batch for each metric of eight GPUs, as one answer of a source has them. */
export function* samplesOfGpus(made: GpuSamples): Generator<SeriesSamples[]> {
  const names = gpuNames(made);
  const startMs = Date.parse(made.start);
  const observedAtMs = Float64Array.from({ length: made.steps }, (_, step) => startMs + step * made.stepMs);
  for (const metric of metrics) {
    for (let first = 0; first < names.length; first += 8) {
      yield names.slice(first, first + 8).map((resourceId, gpu) => ({
        resourceId,
        providerName,
        metric,
        observedAtMs,
        values: Float64Array.from({ length: made.steps }, (_, step) => ((step * 7 + gpu * 13) % 97) + (made.oneChangedOf > 0 && step % made.oneChangedOf === 0 ? 0.5 : 0)),
      }));
    }
  }
}
