import { Injectable } from '@nestjs/common';
import { Jobs, type Job } from '../platform/index.js';
import { sendQueue } from './send-queue.js';
import { Sender } from './sender.js';

/** Wakes the queue of a channel. The queue goes on by itself, so that no receiver keeps a job from the others. */
@Injectable()
export class SendJob implements Job<{ channelKey: string }> {
  readonly name = sendQueue;
  readonly concurrency = 1;
  readonly retryLimit = 0;
  readonly retryDelaySeconds = 1;
  readonly expireInSeconds = 60;

  constructor(
    private readonly sender: Sender,
    jobs: Jobs,
  ) {
    jobs.register(this);
  }

  handle({ channelKey }: { channelKey: string }): Promise<void> {
    this.sender.wake(channelKey);
    return Promise.resolve();
  }
}

/** By every worker, every other second: finds what is to be sent again, and what a worker that died has left. */
@Injectable()
export class SendDueJob implements Job<object> {
  readonly name = 'send-due-notifications';
  readonly everySeconds = 2;
  readonly concurrency = 1;
  readonly retryLimit = 0;
  readonly retryDelaySeconds = 1;
  readonly expireInSeconds = 60;

  constructor(
    private readonly sender: Sender,
    jobs: Jobs,
  ) {
    jobs.register(this);
  }

  handle(): Promise<void> {
    return this.sender.wakeAll();
  }
}
