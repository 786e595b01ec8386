import type { INestApplicationContext } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { CapacityService } from '../capacity/index.js';
import { demo, demoBudgets, demoCapacities, Ingest } from '../collection/index.js';
import { CostMetric } from '../costs/index.js';
import { Clock, query, queryOne, toId } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { count } from './format.js';
import type { Progress } from './progress.js';

/** The data source all of the demo comes from; it is found, and recognised, by this name. */
const demoSourceName = 'demo';

/** What is in a database, as far as the start has to know. */
export interface Contents {
  isEmpty: boolean;
  /** A load that was cut off leaves part of it, which the next start completes. */
  demo: 'none' | 'part' | 'whole';
}

export async function contents(app: INestApplicationContext): Promise<Contents> {
  const { sources, demoSources, demoRuns } = await queryOne<{ sources: number; demoSources: number; demoRuns: number }>(
    app.get(DataSource),
    sql`SELECT count(*)::int AS "sources", count(*) FILTER (WHERE source.collector = ${demo.name})::int AS "demoSources",
               (SELECT count(*)::int FROM collection_run AS run
                  JOIN data_source AS demo ON demo.id = run.data_source_id AND demo.collector = ${demo.name}
                 WHERE run.status = 'SUCCEEDED') AS "demoRuns"
          FROM data_source AS source`,
  );
  return { isEmpty: sources === 0, demo: demoSources === 0 ? 'none' : demoRuns < demoDeliveries ? 'part' : 'whole' };
}

/** The bill, and the bill corrected. */
const demoDeliveries = 2;

/** Loads the demo organisation: what was observed, what its people planned, and last a bill restated. */
export async function loadDemo(app: INestApplicationContext, viewer: Viewer, progress: Progress): Promise<void> {
  const settings = { today: app.get(Clock).now() };
  await progress.step(
    'Making a demo organisation',
    (tell) =>
      app.get(Ingest).deliver(viewer, demo, settings, {
        dataSourceName: demoSourceName,
        onProgress: ({ charges, samples }) => tell(`${count(samples)} samples, ${count(charges)} charges`),
      }),
    ({ chargeCount, usageSampleCount }) =>
      `${count(chargeCount)} charges of three clouds, ${count(usageSampleCount)} samples of GPU pools and storage`,
  );
  await progress.step('Setting its limits and budgets', () => plan(app, viewer, settings));
  await progress.step('Restating one of its bills', () =>
    app.get(Ingest).deliver(viewer, demo, { ...settings, delivery: 'restated' }, { dataSourceName: demoSourceName }),
  );
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
  const planned = new Set((await app.get(BudgetsService).page(viewer, undefined, { first: 200 })).map(({ name }) => name));
  for (const { name, scope, metric, period, amount } of demoBudgets(settings)) {
    if (planned.has(name)) continue;
    await app.get(BudgetsService).create(viewer, {
      name,
      scope,
      metric: CostMetric[metric],
      period: { start: new Date(period.start), end: new Date(period.end) },
      amount,
    });
  }
}
