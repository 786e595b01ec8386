import { Injectable } from '@nestjs/common';
import { derivedQueue } from '../budgets/index.js';
import { Jobs, type Job } from '../platform/index.js';
import { AlertEvaluator } from './evaluator.js';

abstract class Evaluating implements Job<object> {
  abstract readonly name: string;
  readonly concurrency = 1;
  readonly retryLimit = 2;
  readonly retryDelaySeconds = 10;
  readonly expireInSeconds = 600;

  constructor(protected readonly evaluator: AlertEvaluator) {}

  async handle(): Promise<void> {
    await this.evaluator.evaluate();
  }
}

/** When something was derived anew: budgets and exhaustions stand otherwise. */
@Injectable()
export class EvaluateDerivedJob extends Evaluating {
  readonly name = derivedQueue;

  constructor(evaluator: AlertEvaluator, jobs: Jobs) {
    super(evaluator);
    jobs.register(this);
  }
}

/** Every minute, because time passes too: sources become stale, usage goes on, silences end. */
@Injectable()
export class EvaluateMinuteJob extends Evaluating {
  readonly name = 'evaluate-alerts-by-the-minute';
  readonly cron = '* * * * *';

  constructor(evaluator: AlertEvaluator, jobs: Jobs) {
    super(evaluator);
    jobs.register(this);
  }
}
