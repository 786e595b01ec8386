import type { INestApplicationContext } from '@nestjs/common';
import type { Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { CapacityService } from '../capacity/index.js';
import { Forecaster } from '../forecasting/index.js';
import { count } from './format.js';
import type { Progress } from './progress.js';

/** Everything that is derived, made anew where its data has changed, in the order it is derived in. */
export async function bringUpToDate(
  app: INestApplicationContext,
  viewer: Viewer,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { refused } = await progress.step(
    'Forecasting usage',
    (tell) =>
      app.get(Forecaster).forecastUsage(viewer, (done, of) => {
        signal?.throwIfAborted();
        tell(`${done} of ${of} series`);
      }),
    ({ made, unchanged }) => `${count(made)} series anew, ${count(unchanged)} unchanged`,
  );
  for (const { metric, reason } of refused.slice(0, 5)) progress.note(`${metric} of one resource is not forecast: ${reason}`);
  if (refused.length > 5) progress.note(`${refused.length - 5} more series are not forecast for want of data`);
  await progress.step('Forecasting costs and budgets', async () => {
    await app.get(Forecaster).forecastTotalCost(viewer);
    signal?.throwIfAborted();
    await app.get(BudgetsService).forecastAll(viewer);
  });
  await progress.step(
    'Finding when capacity runs out',
    () => app.get(CapacityService).findExhaustions(viewer),
    (limits) => `${count(limits)} limits`,
  );
}
