import { DomainError, type Money } from '../platform/index.js';
import type { GpuCostReport, UnpricedGpus } from './gpu-cost.graphql.js';

/** GPUs were used, and nobody knows what they cost. That is not 0. */
export class MissingPrice extends DomainError {
  readonly code = 'NOT_FOUND';
  constructor({ model, resourceName, resourceCount, gpuHours, period }: UnpricedGpus) {
    const others = resourceCount > 1 ? ` and ${resourceCount - 1} more` : '';
    super(
      `no charge is for ${Math.round(gpuHours * 10) / 10} GPU-hours of ${model ?? 'a GPU of an unknown model'} ("${resourceName}"${others}) ` +
        `between ${new Date(period.start).toISOString().slice(0, 10)} and ${new Date(period.end).toISOString().slice(0, 10)}: import the bill that they are on`,
    );
  }
}

/** What the groups of a report add up to. @throws MissingPrice when that is not all there is to pay */
export function wholeBill({ unpriced, bill }: Pick<GpuCostReport, 'unpriced' | 'bill'>): Money | null {
  if (unpriced[0]) throw new MissingPrice(unpriced[0]);
  return bill;
}
