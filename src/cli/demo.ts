import type { INestApplicationContext } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { CapacityService } from '../capacity/index.js';
import { demo, demoBudgets, demoCapacities, Ingest } from '../collection/index.js';
import { CostMetric } from '../costs/index.js';
import { Clock, query, toId } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { count } from './format.js';
import type { Progress } from './progress.js';

/** The data source all of the demo comes from; it is found, and recognised, by this name. */
const demoSourceName = 'demo';

/** What is in a database, as far as the start has to know. */
export async function contents(app: INestApplicationContext): Promise<{ isEmpty: boolean; hasDemo: boolean }> {
  const [found] = await query<{ isEmpty: boolean; hasDemo: boolean }>(
    app.get(DataSource),
    sql`SELECT count(*) = 0 AS "isEmpty", coalesce(bool_or(source.collector = ${demo.name}), false) AS "hasDemo"
          FROM data_source AS source`,
  );
  return found!;
}

/** Loads the demo organisation: what was observed, then what its people planned. */
export async function loadDemo(app: INestApplicationContext, viewer: Viewer, progress: Progress): Promise<void> {
  const settings = { today: app.get(Clock).now() };
  await progress.step(
    'Making a demo organisation',
    async (tell) => {
      const report = await app.get(Ingest).deliver(viewer, demo, settings, {
        dataSourceName: demoSourceName,
        onProgress: ({ charges, samples }) => tell(`${count(samples)} samples, ${count(charges)} charges`),
      });
      // Bills come again, corrected: what stands is the later one, what was said first can still be asked for.
      await app.get(Ingest).deliver(viewer, demo, { ...settings, delivery: 'restated' }, { dataSourceName: demoSourceName });
      return report;
    },
    ({ chargeCount, usageSampleCount }) =>
      `${count(chargeCount)} charges of three clouds, ${count(usageSampleCount)} samples of GPU pools and storage`,
  );
  await progress.step('Setting its limits and budgets', () => plan(app, viewer, settings));
}

async function plan(app: INestApplicationContext, viewer: Viewer, settings: { today: Date }): Promise<void> {
  const known = await query<{ id: string; providerName: string; resourceId: string }>(
    app.get(DataSource),
    sql`SELECT resource.id, resource.provider_name AS "providerName", resource.resource_id AS "resourceId" FROM resource`,
  );
  const ids = new Map(known.map(({ id, providerName, resourceId }) => [`${providerName} ${resourceId}`, toId('Resource', id)]));
  for (const { providerName, resourceId, metric, effectiveFrom, ...capacity } of demoCapacities(settings)) {
    await app.get(CapacityService).set(viewer, {
      ...capacity,
      resourceId: ids.get(`${providerName} ${resourceId}`)!,
      metric: UsageMetric[metric],
      effectiveFrom: new Date(effectiveFrom),
    });
  }
  for (const { name, scope, metric, period, amount } of demoBudgets(settings)) {
    await app.get(BudgetsService).create(viewer, {
      name,
      scope,
      metric: CostMetric[metric],
      period: { start: new Date(period.start), end: new Date(period.end) },
      amount,
    });
  }
}
