import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService } from '../budgets/index.js';
import { poolReadings } from '../capacity/index.js';
import { sourceReadings } from '../collection/index.js';
import { channelReadings } from '../notifications/index.js';
import { Clock } from '../platform/index.js';
import { budgets } from './budgets.js';
import { channels } from './channels.js';
import { Exposition } from './exposition.js';
import { daysAhead, pools } from './pools.js';
import { sources } from './sources.js';

/** How many of each kind are told of. */
export abstract class MetricsLimit {
  abstract readonly metricsLimit: number;
}

@Injectable()
export class MetricsService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly budgets: BudgetsService,
    private readonly most: MetricsLimit,
  ) {}

  /** The whole page, or an error: what could be read by half would look as if the rest were gone. */
  async read(viewer: Viewer, accept?: string): Promise<{ contentType: string; text: string }> {
    const limit = this.most.metricsLimit;
    const [ofPools, ofBudgets, ofSources, ofChannels] = await Promise.all([
      poolReadings(this.database, viewer, { now: this.clock.now(), daysAhead, limit }),
      this.budgets.readings(viewer, limit),
      sourceReadings(this.database, viewer, limit),
      channelReadings(this.database, viewer, limit),
    ]);
    const page = new Exposition(accept);
    page.add(pools, ofPools.pools, ofPools.leftOut);
    page.add(budgets, ofBudgets.budgets, ofBudgets.leftOut);
    page.add(sources, ofSources.sources, ofSources.leftOut);
    page.add(channels, ofChannels.channels, ofChannels.leftOut);
    return { contentType: page.contentType, text: await page.text() };
  }
}
