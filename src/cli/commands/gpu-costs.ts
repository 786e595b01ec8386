import { DataSource } from 'typeorm';
import { administrator } from '../../access/index.js';
import { gpuCostReport, IdleRule, type GpuCostDimensionInput } from '../../gpu-costs/index.js';
import { Clock, Granularity } from '../../platform/index.js';
import { gpuCostDimensions, nameOf, type idleRules } from '../gpu-cost-words.js';
import { gpuCostTable } from '../gpu-cost-table.js';
import { Progress } from '../progress.js';
import { withRooms } from '../session.js';

export interface GpuCostsOptions {
  month?: string;
  by: string;
  idle: (typeof idleRules)[number];
}

/** Prints what GPUs cost in a month. */
export async function gpuCosts({ month, by, idle }: GpuCostsOptions): Promise<void> {
  await withRooms(new Progress(), async (app) => {
    const clock = app.get(Clock);
    const report = await gpuCostReport(app.get(DataSource), administrator, {
      period: monthOf(month, clock.now()),
      groupBy: [dimensionOf(by)],
      idle: IdleRule[nameOf(idle) as keyof typeof IdleRule],
      granularity: Granularity.MONTH,
    }, clock.now());
    process.stdout.write(`${gpuCostTable(report, by)}\n`);
  });
}

/** The month of this name, or the last whole one. */
function monthOf(name: string | undefined, now: Date): { start: Date; end: Date } {
  const start = name === undefined ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)) : new Date(`${name}-01T00:00:00Z`);
  return { start, end: new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)) };
}

/** A dimension by its word; any other word is the key of a tag. */
function dimensionOf(by: string): GpuCostDimensionInput {
  const isDimension = (gpuCostDimensions as readonly string[]).includes(by);
  return isDimension ? { dimension: nameOf(by) as GpuCostDimensionInput['dimension'] & string } : { tag: by };
}
