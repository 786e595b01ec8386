import { administrator } from '../../access/index.js';
import { DataSourcesService, SourceRunner, type RunOutcome } from '../../collection/index.js';
import { count, day } from '../format.js';
import { Progress } from '../progress.js';
import { withRooms } from '../session.js';

/** Reads sources now, one after the other, and says what came of it. */
export async function collect(name: string | undefined): Promise<void> {
  const progress = new Progress();
  await withRooms(progress, async (app, signal) => {
    const sources = app.get(DataSourcesService);
    const queued = await sources.queue(administrator, name ?? null);
    if (queued.length === 0) {
      process.stdout.write('No source is read on a schedule yet: make one with the mutation dataSourceCreate.\n');
      return;
    }
    for (const { runId, dataSourceName } of queued) {
      const outcome = await progress.step(
        `Collecting ${dataSourceName}`,
        async (tell) => {
          await app.get(SourceRunner).run(runId, signal, ({ collectedUntil, period, usageSampleCount, chargeCount }) =>
            tell(`until ${day(collectedUntil)} of ${day(period.end)}, ${count(usageSampleCount)} samples, ${count(chargeCount)} charges`),
          );
          signal.throwIfAborted();
          return sources.outcome(administrator, runId);
        },
        said,
      );
      for (const sentence of [...outcome.warnings, ...outcome.notices]) progress.note(sentence);
      if (outcome.failure !== null) process.exitCode = 1;
    }
    process.stdout.write('Run "headroom forecast" to bring forecasts and budgets up to date.\n');
  });
}

function said({ failure, isWaiting, usageSampleCount, chargeCount, callCount, refusedCount }: RunOutcome): string {
  if (failure !== null) return `failed: ${failure}`;
  if (isWaiting) return 'another worker has it, and goes on with it';
  const leftOut = refusedCount > 0 ? `, ${count(refusedCount)} left out` : '';
  return `${count(usageSampleCount)} samples, ${count(chargeCount)} charges, ${count(callCount)} calls${leftOut}`;
}
