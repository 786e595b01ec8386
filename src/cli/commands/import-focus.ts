import { resolve } from 'node:path';
import { administrator } from '../../access/index.js';
import { focus, Ingest, type DeliveryReport } from '../../collection/index.js';
import { callerDirectory } from '../caller-directory.js';
import { count, period, table } from '../format.js';
import { noteDemo } from '../demo.js';
import { Progress } from '../progress.js';
import { withRooms } from '../session.js';

export interface ImportFocusOptions {
  source?: string;
  currency?: string;
}

/** Loads FOCUS files as one delivery and says what that changed. */
export async function importFocus(paths: string[], { source, currency }: ImportFocusOptions): Promise<void> {
  const progress = new Progress();
  const files = paths.map((path) => resolve(callerDirectory, path));
  await withRooms(progress, async (app, signal) => {
    const report = await progress.step(
      `Loading ${paths.length === 1 ? paths[0] : `${paths.length} files`}`,
      (tell) =>
        app.get(Ingest).deliver(
          administrator,
          focus,
          { files, currency },
          { dataSourceName: source ?? null, signal, onNotice: (message) => progress.note(message), onProgress: ({ charges }) => tell(`${count(charges)} charges`) },
        ),
      ({ chargeCount, dataSource }) => `${count(chargeCount)} charges of source "${dataSource}"`,
    );
    process.stdout.write(`${summary(report)}\n`);
    await noteDemo(app, progress);
  });
}

function summary({ isChanged, periods }: DeliveryReport): string {
  if (!isChanged) return 'Nothing changed: these charges are loaded already.';
  const rows = periods.flatMap((delivered) => {
    const { billingPeriodStart, billingPeriodEnd, revision, chargeCount, previousChargeCount, money: now, previousMoney: before } = delivered;
    const currencies = [...new Set([...now, ...before].map(({ billingCurrency }) => billingCurrency))];
    const billed = (list: typeof now, currency: string) => list.find((one) => one.billingCurrency === currency)?.billedCost;
    return currencies.map((currency) => [
      period(billingPeriodStart, billingPeriodEnd),
      delivered.isChanged ? `${revision}` : `${revision} (unchanged)`,
      previousChargeCount === null ? `${count(chargeCount)}` : `${count(previousChargeCount)} → ${count(chargeCount)}`,
      previousChargeCount === null ? 'new' : `${billed(before, currency) ?? '0'} →`,
      `${billed(now, currency) ?? '0'} ${currency}`,
    ]);
  });
  return [
    table(['Billing period', 'Revision>', 'Charges>', 'Billed cost, before>', 'now>'], rows),
    '',
    'Run "headroom forecast" to bring forecasts and budgets up to date.',
  ].join('\n');
}
