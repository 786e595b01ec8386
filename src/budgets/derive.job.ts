import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { administrator } from '../access/index.js';
import { CapacityService } from '../capacity/index.js';
import { deliveredQueue } from '../collection/index.js';
import { Forecaster } from '../forecasting/index.js';
import { Jobs, type Job } from '../platform/index.js';
import { BudgetsService } from './budgets.service.js';
import { derivedQueue } from './derived-queue.js';

/** After a delivery: everything that is derived, made anew where its data has changed, in the order it is derived in. */
@Injectable()
export class DeriveJob implements Job<object> {
  readonly name = deliveredQueue;
  readonly concurrency = 1;
  readonly retryLimit = 2;
  readonly retryDelaySeconds = 60;
  readonly expireInSeconds = 3_600;

  constructor(
    private readonly forecaster: Forecaster,
    private readonly budgets: BudgetsService,
    private readonly capacities: CapacityService,
    private readonly jobs: Jobs,
    private readonly database: DataSource,
  ) {
    jobs.register(this);
  }

  async handle(_delivered: object, signal: AbortSignal): Promise<void> {
    await this.forecaster.forecastUsage(administrator, () => signal.throwIfAborted());
    await this.forecaster.forecastTotalCost(administrator);
    signal.throwIfAborted();
    await this.budgets.forecastAll(administrator);
    signal.throwIfAborted();
    await this.capacities.findExhaustions(administrator);
    await this.jobs.enqueue(this.database, derivedQueue, {}, { key: derivedQueue });
  }
}
