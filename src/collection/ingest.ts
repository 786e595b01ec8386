import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { requireRole, Role, type Viewer } from '../access/index.js';
import { sourcesOfBillers, type Biller, type DeliveredPeriod } from '../costs/index.js';
import { checkedSettings, Clock, InvalidInput, query, queryOne } from '../platform/index.js';
import type { Collector, Window } from './collector.js';
import { Delivery } from './delivery.js';
import { contactOf, RunReport } from './run-report.js';
import { ensureDataSource, noteRun } from './data-source.queries.js';

/** What came of one delivery. */
export interface DeliveryReport {
  dataSource: string;
  /** Whether anything stored is different now. */
  isChanged: boolean;
  /** What it did to each billing period it contains. */
  periods: DeliveredPeriod[];
  chargeCount: number;
  usageSampleCount: number;
  usageSeriesCount: number;
}

export interface DeliveryOptions {
  /** The data source it belongs to. Null finds the one whose bills these are, and else names a new one for its billers. */
  dataSourceName: string | null;
  /** What to collect; everything until now when left out. */
  window?: Window;
  onProgress?: (counts: { charges: number; samples: number }) => void;
  /** Told what a person should know of, such as a file that is given twice. */
  onNotice?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Brings one delivery in, whole or not at all: everything happens in one transaction, and readers
 * see what was there before until it commits.
 */
@Injectable()
export class Ingest {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError when the delivery is refused, with nothing stored but the refusal itself
   * @throws ConnectionLost
   */
  async deliver<Settings extends object>(
    viewer: Viewer,
    collector: Collector<Settings>,
    settings: Settings,
    options: DeliveryOptions,
  ): Promise<DeliveryReport> {
    requireRole(viewer, Role.SRE);
    if (options.dataSourceName?.trim() === '') throw new InvalidInput(`a source needs a name, got "${options.dataSourceName}"`);
    const startedAt = this.clock.now();
    const runner = this.database.createQueryRunner();
    await runner.connect();
    try {
      await runner.startTransaction();
      // A large delivery takes its time; the limit is there for requests.
      await query(runner.manager, sql`SET LOCAL statement_timeout = 0`);
      const report = await this.store(runner.manager, collector, settings, options, startedAt);
      // Until it commits, a delivery that somebody stops leaves nothing.
      options.signal?.throwIfAborted();
      await runner.commitTransaction();
      return report;
    } catch (error) {
      if (!(await rolledBack(runner))) throw new ConnectionLost(error);
      if (error instanceof Unchanged) {
        await error.delivery.storeStatements(this.database, error.dataSourceId, this.clock.now());
        await this.noteRun(this.database, error.dataSourceId, startedAt, error.report, error.period, null);
        return error.report;
      }
      await this.noteFailure(collector, options, startedAt, error);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async store<Settings extends object>(
    transaction: EntityManager,
    collector: Collector<Settings>,
    settings: Settings,
    { dataSourceName, window, onProgress, onNotice, signal }: DeliveryOptions,
    startedAt: Date,
  ): Promise<DeliveryReport> {
    const dataSourceId = dataSourceName === null ? null : await ownSource(transaction, dataSourceName, collector.name);
    const report = new RunReport(collector.callLimits ?? null, 0, undefined, onNotice);
    const contact = contactOf(report, signal ?? new AbortController().signal);
    const collection = { ...contact, window: window ?? { start: new Date(0), end: startedAt }, bookmark: null };
    const delivery = new Delivery(this.database, transaction, dataSourceId, { window: collection.window, mostSeries: null, report });
    for await (const seen of collector.collect(checkedSettings(collector, settings), collection)) {
      await delivery.take(seen);
      onProgress?.({ charges: delivery.chargeCount, samples: delivery.usageSampleCount });
    }
    const source = dataSourceId ?? (await sourceOf(transaction, collector.name, delivery.billers));
    const { isChanged, periods, span } = await delivery.finish(source, this.clock.now());
    const { name } = await queryOne<{ name: string }>(transaction, sql`SELECT source.name FROM data_source AS source WHERE source.id = ${source}`);
    const { chargeCount, usageSampleCount, usageSeriesCount } = delivery;
    const outcome: DeliveryReport = { dataSource: name, isChanged, periods, chargeCount, usageSampleCount, usageSeriesCount };
    // Nothing to keep: rolling back costs nothing, deleting the rows again would.
    if (!isChanged && chargeCount > 0 && usageSeriesCount === 0) throw new Unchanged(outcome, source, span, delivery);
    await delivery.storeStatements(transaction, source, this.clock.now());
    await this.noteRun(transaction, source, startedAt, outcome, span, null);
    return outcome;
  }

  private async noteRun(
    db: DataSource | EntityManager,
    dataSourceId: string,
    startedAt: Date,
    { usageSampleCount, chargeCount }: Pick<DeliveryReport, 'usageSampleCount' | 'chargeCount'>,
    period: { start: string; end: string } | null,
    failure: string | null,
  ): Promise<void> {
    const finishedAt = this.clock.now();
    await noteRun(db, { dataSourceId, startedAt, finishedAt, period, usageSampleCount, chargeCount, failure });
  }

  private async noteFailure<Settings extends object>(
    collector: Collector<Settings>,
    { dataSourceName }: DeliveryOptions,
    startedAt: Date,
    error: unknown,
  ): Promise<void> {
    // Whose delivery it was is unknown unless somebody named the source.
    if (dataSourceName === null || this.database.isInitialized === false) return;
    const source = await ensureDataSource(this.database, dataSourceName, collector.name);
    // The source of another collector has had no run of this one.
    if (source.collector !== collector.name) return;
    const counts = { usageSampleCount: 0, chargeCount: 0 };
    await this.noteRun(this.database, source.id, startedAt, counts, null, (error as Error).message);
  }
}

/**
 * The database went away during a delivery. Whether it came before or after the commit nobody can
 * say from here; delivering again is right in both cases.
 */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost: do this again, which changes nothing should it be stored already', { cause });
  }
}

/** Whether the transaction was undone from here. A server that is gone, or lost sight of us, undoes it by itself. */
async function rolledBack(runner: QueryRunner): Promise<boolean> {
  if (!runner.isTransactionActive) return true;
  try {
    await runner.rollbackTransaction();
    return true;
  } catch {
    return false;
  }
}

/** Ends a transaction that would store what is stored already. */
class Unchanged extends Error {
  constructor(
    readonly report: DeliveryReport,
    readonly dataSourceId: string,
    readonly period: { start: string; end: string } | null,
    readonly delivery: Delivery,
  ) {
    super('unchanged');
  }
}

/** The source of this name. @throws InvalidInput when another collector feeds it */
async function ownSource(db: EntityManager, name: string, collector: string): Promise<string> {
  const source = await ensureDataSource(db, name, collector);
  if (source.collector !== collector) {
    throw new InvalidInput(`source "${name}" is read by ${source.collector}, and this delivery is of ${collector}: choose another name`);
  }
  return source.id;
}

/**
 * The source these charges belong to: deliveries that share a biller are of one source. So a bill
 * that comes again replaces itself whatever its file is called, and another cloud's is left alone.
 */
async function sourceOf(db: EntityManager, collector: string, billers: readonly Biller[]): Promise<string> {
  // One after the other until they commit: two first deliveries of one biller would each name a source for it.
  await query(db, sql`SELECT pg_advisory_xact_lock(hashtext('sources of billers'))`);
  const sources = await sourcesOfBillers(db, collector, billers);
  if (sources.length > 1) {
    const names = sources.map(({ name }) => `"${name}"`).join(' and ');
    throw new InvalidInput(
      `these charges belong to ${sources.length} sources, ${names}: import the files of each by themselves, or name one with --source`,
    );
  }
  if (sources[0]) return sources[0].id;
  const [first, ...others] = billers.map(({ providerName, billingAccountId }) => `${providerName} ${billingAccountId}`);
  const name = others.length === 0 ? first! : `${first} and ${others.length} more`;
  return (await ensureDataSource(db, name, collector)).id;
}
