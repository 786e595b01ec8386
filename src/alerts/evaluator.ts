import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { publish } from '../events/index.js';
import { channelKeys, Outbox } from '../notifications/index.js';
import { Clock, query } from '../platform/index.js';
import { eventsOfAlerts, latestAlerts, noteTold, storeChanges, untoldAlerts } from './alert.queries.js';
import { watchingRules } from './alert-rule.queries.js';
import { conditions } from './conditions/index.js';
import { changesOf } from './life.js';
import { owedMessages } from './owed-messages.js';

/** What one evaluation made of things. */
export interface Evaluation {
  fired: number;
  resolved: number;
}

/** Any number: whoever evaluates holds this lock until the end of the transaction. */
const lock = 4_170_236;

/** Holds every rule against how things stand, and writes down what people have to be told of it. */
@Injectable()
export class AlertEvaluator {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** All of it in one transaction: an alert and the message about it are there together, or neither is. Twice at once is once after the other. */
  evaluate(): Promise<Evaluation> {
    return this.database.transaction(async (transaction) => {
      await query(transaction, sql`SELECT pg_advisory_xact_lock(${lock})`);
      const now = this.clock.now();
      const rules = await watchingRules(transaction);
      const readings = [];
      for (const { kind, readings: read } of conditions) readings.push(...(await read(transaction, rules.get(kind) ?? [], now)));
      const changes = changesOf(readings, await latestAlerts(transaction));
      const changed = await storeChanges(transaction, changes, now);
      await this.tell(transaction, changed);
      return { fired: changes.fire.length, resolved: changes.resolve.length };
    });
  }

  /**
   * Hands what is owed to the outbox, and tells subscribers. The last thing in a transaction: it holds a lock until the commit.
   *
   * @param changed keys of the alerts that are in another state than before
   */
  async tell(transaction: EntityManager, changed: readonly string[]): Promise<void> {
    const untold = await untoldAlerts(transaction, this.clock.now());
    if (untold.length > 0) {
      const { notifications, told } = owedMessages(untold, await channelKeys(transaction));
      await this.outbox.enqueue(transaction, notifications);
      await noteTold(transaction, told);
    }
    if (changed.length > 0) await publish(transaction, await eventsOfAlerts(transaction, changed));
  }
}
