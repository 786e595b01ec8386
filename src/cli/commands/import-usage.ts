import { resolve } from 'node:path';
import { administrator } from '../../access/index.js';
import { Ingest, usageCsv } from '../../collection/index.js';
import { callerDirectory } from '../caller-directory.js';
import { count } from '../format.js';
import { noteDemo } from '../demo.js';
import { Progress } from '../progress.js';
import { withRooms } from '../session.js';

export interface ImportUsageOptions {
  source: string;
  provider: string;
}

/** Loads a long CSV of utilization. */
export async function importUsage(path: string, { source, provider }: ImportUsageOptions): Promise<void> {
  const progress = new Progress();
  await withRooms(progress, async (app, signal) => {
    const { isChanged } = await progress.step(
      `Loading ${path}`,
      (tell) =>
        app.get(Ingest).deliver(
          administrator,
          usageCsv,
          { file: resolve(callerDirectory, path), providerName: provider },
          { dataSourceName: source, signal, onProgress: ({ samples }) => tell(`${count(samples)} samples`) },
        ),
      ({ usageSampleCount, usageSeriesCount }) => `${count(usageSampleCount)} samples of ${count(usageSeriesCount)} series`,
    );
    process.stdout.write(
      isChanged
        ? 'Run "headroom forecast" to forecast them; declare limits with the mutation capacitySet.\n'
        : 'Nothing changed: these samples are loaded already.\n',
    );
    await noteDemo(app, progress);
  });
}
