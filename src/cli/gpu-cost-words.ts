/** What costs of GPUs can be printed by, beside tags, as it is typed. */
export const gpuCostDimensions = ['resource', 'sub-account', 'charged-resource', 'gpu-model', 'provider', 'region'] as const;

/** What can be done with idle GPUs, as it is typed; the first is what is done when nothing is said. */
export const idleRules = ['shown', 'spread-by-allocation', 'spread-evenly'] as const;

/** The name that the API has for a word of the terminal. */
export const nameOf = (word: string): string => word.toUpperCase().replaceAll('-', '_');

/** The word of the terminal for a name of the API: `TIME_SLICED` is time-sliced. */
export const wordOf = (name: string): string => (name === 'MIG' ? name : name.toLowerCase().replaceAll('_', '-'));
