import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { CapacityService } from '../capacity/index.js';
import { deleteSource, demo, demoBudgets, demoCapacities, Ingest } from '../collection/index.js';
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
               (SELECT count(DISTINCT run.period_start)::int FROM collection_run AS run
                  JOIN data_source AS demo ON demo.id = run.data_source_id AND demo.collector = ${demo.name}
                 WHERE run.status = 'SUCCEEDED') AS "demoRuns"
          FROM data_source AS source`,
  );
  return { isEmpty: sources === 0, demo: demoSources === 0 ? 'none' : demoRuns < demoDeliveries ? 'part' : 'whole' };
}

/** The bill, and the bill of one month corrected: they begin on different days. */
const demoDeliveries = 2;

/** Loads the demo organisation: what was observed, what its people planned, and last a bill restated. */
export async function loadDemo(app: INestApplicationContext, viewer: Viewer, progress: Progress): Promise<void> {
  const today = app.get(Clock).now();
  const window = { start: new Date(0), end: today };
  await progress.step(
    'Making a demo organisation',
    (tell) =>
      app.get(Ingest).deliver(viewer, demo, {}, {
        dataSourceName: demoSourceName,
        window,
        onProgress: ({ charges, samples }) => tell(`${count(samples)} samples, ${count(charges)} charges`),
      }),
    ({ chargeCount, usageSampleCount }) =>
      `${count(chargeCount)} charges of three clouds, ${count(usageSampleCount)} samples of GPU pools and storage`,
  );
  await progress.step('Setting its limits and budgets', () => plan(app, viewer, { today }));
  await progress.step('Restating one of its bills', () =>
    app.get(Ingest).deliver(viewer, demo, { delivery: 'restated' }, { dataSourceName: demoSourceName, window }),
  );
}

/** Once somebody began without the demo, or removed it, it does not come by itself again. */
export async function declineDemo(dataDirectory: string): Promise<void> {
  await writeFile(declinedMarker(dataDirectory), 'npm start -- --demo loads the demo organisation\n');
}

export function isDemoDeclined(dataDirectory: string): boolean {
  return existsSync(declinedMarker(dataDirectory));
}

const declinedMarker = (dataDirectory: string) => join(dataDirectory, 'demo-declined');

/** Tells whoever brings their own data that the demo's money is in the same totals. */
export async function noteDemo(app: INestApplicationContext, progress: Progress): Promise<void> {
  if ((await contents(app)).demo === 'none') return;
  progress.note('The demo organisation is in this database too, and in its totals: "headroom remove-demo" removes it');
}

/** Every provider, budget and resource of the demo carries this in its name, so that nothing else is taken for it. */
const demoMark = { provider: '% (demo)', budget: 'demo %' };

/**
 * Removes the demo whole: its bills, samples, resources and budgets, and the forecasts that learnt
 * from them, those of all costs included.
 */
export async function deleteDemo(app: INestApplicationContext): Promise<void> {
  await app.get(DataSource).transaction(async (transaction) => {
    const ofDemo = sql`SELECT source.id FROM data_source AS source WHERE source.collector = ${demo.name}`;
    await query(transaction, sql`SET LOCAL statement_timeout = 0`);
    for (const { id } of await query<{ id: string }>(transaction, ofDemo)) await deleteSource(transaction, id);
    // Costs of a scope may have been learnt from the demo's bills; they are forecast anew from what is left.
    await query(transaction, sql`DELETE FROM forecast WHERE forecast.cost_scope IS NOT NULL`);
    await query(transaction, sql`DELETE FROM budget WHERE budget.name LIKE ${demoMark.budget}`);
    await query(transaction, sql`DELETE FROM resource WHERE resource.provider_name LIKE ${demoMark.provider}`);
  });
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
