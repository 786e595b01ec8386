import { administrator } from '../../access/index.js';
import { bringUpToDate } from '../bring-up-to-date.js';
import { Progress } from '../progress.js';
import { report } from '../report.js';
import { withRooms } from '../session.js';

/** Forecasts everything anew whose data has changed, and prints the answers. */
export async function forecast(): Promise<void> {
  const progress = new Progress();
  await withRooms(progress, async (app, signal) => {
    await bringUpToDate(app, administrator, progress, signal);
    process.stdout.write(`\n${await report(app, administrator)}\n`);
  });
}
