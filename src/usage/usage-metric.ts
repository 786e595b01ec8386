import { registerEnumType } from '@nestjs/graphql';

/** What can be observed of a resource. */
export enum UsageMetric {
  GPU_ALLOCATED = 'GPU_ALLOCATED',
  GPU_REQUESTED = 'GPU_REQUESTED',
  GPU_UTILIZATION = 'GPU_UTILIZATION',
  GPU_MEMORY = 'GPU_MEMORY',
  GPU_POWER = 'GPU_POWER',
  CPU = 'CPU',
  MEMORY = 'MEMORY',
  STORAGE = 'STORAGE',
  STORAGE_INODES = 'STORAGE_INODES',
  STORAGE_OBJECTS = 'STORAGE_OBJECTS',
  NETWORK = 'NETWORK',
  REQUESTS = 'REQUESTS',
  TOKENS = 'TOKENS',
}

registerEnumType(UsageMetric, {
  name: 'UsageMetric',
  description: 'What can be observed of a resource.',
  valuesMap: {
    GPU_ALLOCATED: { description: 'GPUs allocated to workloads, in GPUs; fractions for slices and shares.' },
    GPU_REQUESTED: {
      description: 'GPUs asked for, running or waiting: demand, which allocation hides when the pool is full.',
    },
    GPU_UTILIZATION: { description: 'Share of time the engine was active, 0 to 1.' },
    STORAGE_OBJECTS: { description: 'Objects stored, as in a bucket.' },
  },
});

/** The unit each metric is stored in, spelled as FOCUS UnitFormat spells units. */
export const usageUnits: Record<UsageMetric, string> = {
  GPU_ALLOCATED: 'GPUs',
  GPU_REQUESTED: 'GPUs',
  GPU_UTILIZATION: 'Fraction',
  GPU_MEMORY: 'GiB',
  GPU_POWER: 'Watts',
  CPU: 'Cores',
  MEMORY: 'GiB',
  STORAGE: 'GiB',
  STORAGE_INODES: 'Inodes',
  STORAGE_OBJECTS: 'Objects',
  NETWORK: 'Bytes per Second',
  REQUESTS: 'Requests',
  TOKENS: 'Tokens',
};

/** Metrics a resource can run out of: their daily maximum is what has to fit. The others are averaged. */
export const fillingMetrics: readonly UsageMetric[] = [
  UsageMetric.GPU_ALLOCATED,
  UsageMetric.GPU_REQUESTED,
  UsageMetric.GPU_MEMORY,
  UsageMetric.CPU,
  UsageMetric.MEMORY,
  UsageMetric.STORAGE,
  UsageMetric.STORAGE_INODES,
];
