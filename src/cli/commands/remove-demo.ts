import { readConfig } from '../../platform/index.js';
import { contents, declineDemo, deleteDemo } from '../demo.js';
import { Progress } from '../progress.js';
import { withRooms } from '../session.js';

/** Removes the demo organisation, so that what remains is the reader's own. */
export async function removeDemo(): Promise<void> {
  const progress = new Progress();
  await withRooms(progress, async (app) => {
    if ((await contents(app)).demo === 'none') {
      process.stdout.write('There is no demo organisation here.\n');
      return;
    }
    await progress.step('Removing the demo organisation', () => deleteDemo(app));
    const { databaseUrl, dataDirectory } = readConfig(process.env, process.cwd());
    if (databaseUrl === null) await declineDemo(dataDirectory);
    process.stdout.write('Run "headroom forecast" to bring forecasts and budgets up to date.\n');
  });
}
