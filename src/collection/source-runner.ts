import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { checkedSettings, Clock, DomainError, Jobs, query, recordIncident, SecretBox, Stopping, withSecrets } from '../platform/index.js';
import { BadPayload, CollectorRejected, CollectorUnavailable } from './collector-failure.js';
import type { Collector, Window, WindowPolicy } from './collector.js';
import { collectorNamed } from './collectors/index.js';
import { deliveredQueue } from './delivered-queue.js';
import { Delivery } from './delivery.js';
import { contactOf, RunReport } from './run-report.js';
import { claimRun, failRun, finishRun, handBackRun, moveCollected, noteCalls, renewEveryMs, renewLease, type ClaimedRun, type RunFailure } from './run.queries.js';
import { windowsOf } from './windows.js';

/** How far a run is. */
export interface RunProgress {
  /** Of the whole period, what is stored. */
  collectedUntil: Date;
  period: Window;
  usageSampleCount: number;
  chargeCount: number;
}

/** So many workers have died over one run that the run is to blame. */
const mostAttempts = 3;

/** The worker that has the source now is another one: what this one did is thrown away. */
class LeaseLost extends Error {
  constructor() {
    super('another worker has taken the source');
  }
}

/** Does runs: takes the source, reads its windows one after the other, and stores each whole. */
@Injectable()
export class SourceRunner {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly secrets: SecretBox,
  ) {}

  /**
   * @returns `busy` when another worker has the source: the run still waits
   * @throws Stopping, when that is why the signal aborted: the run waits again
   */
  async run(runId: string, signal: AbortSignal, onProgress: (progress: RunProgress) => void = () => undefined): Promise<'done' | 'busy'> {
    const claimed = await claimRun(this.database, runId);
    if (claimed === 'busy') return 'busy';
    if (claimed === null) return 'done';
    const lost = new AbortController();
    const renewal = setInterval(() => {
      renewLease(this.database, claimed).then(
        (isOurs) => isOurs || lost.abort(new LeaseLost()),
        // The database may be back before the lease is over; otherwise the commit finds out.
        () => undefined,
      );
    }, renewEveryMs);
    try {
      await this.collect(claimed, AbortSignal.any([signal, lost.signal]), onProgress);
    } finally {
      clearInterval(renewal);
    }
    return 'done';
  }

  private async collect(claimed: ClaimedRun, signal: AbortSignal, onProgress: (progress: RunProgress) => void): Promise<void> {
    let report = new RunReport(null);
    let period: Window | null = null;
    try {
      if (claimed.attemptCount > mostAttempts) throw new Error(`abandoned: ${mostAttempts} workers ended while they did it`);
      const collector = collectorNamed(claimed.collector);
      const settings = checkedSettings(collector, withSecrets(claimed.settings, claimed.secrets, claimed.dataSourceId, this.secrets));
      const policy = collector.windowPolicy!(settings);
      report = this.reportOf(claimed, collector);
      const windows = await windowsOf(this.database, policy, claimed);
      if (windows.length > 0) period = { start: windows[0]!.start, end: windows.at(-1)!.end };
      for (const window of windows) {
        const counts = await this.store(claimed, collector, settings, policy, window, period!, report, signal);
        claimed.bookmark = counts.bookmark ?? claimed.bookmark;
        onProgress({ collectedUntil: window.end, period: period!, ...counts });
      }
      if (windows.length === 0) await this.database.transaction((transaction) => finishRun(transaction, claimed, null, slackOf(policy), notesOf(report)));
    } catch (error) {
      await this.end(claimed, error, signal, report, period);
    }
  }

  /** Reads and stores one window in one transaction, with how far the source is collected; the last one ends the run. */
  private async store<Settings extends object>(
    claimed: ClaimedRun,
    collector: Collector<Settings>,
    settings: Settings,
    policy: WindowPolicy,
    window: Window,
    period: Window,
    report: RunReport,
    signal: AbortSignal,
  ) {
    const warningsBefore = report.warnings.size;
    return this.database.transaction(async (transaction) => {
      await query(transaction, sql`SET LOCAL statement_timeout = 0`);
      await query(transaction, sql`SAVEPOINT delivery`);
      const delivery = new Delivery(this.database, transaction, claimed.dataSourceId, { window, mostSeries: claimed.mostSeries, report });
      for await (const seen of collector.collect(settings, { ...contactOf(report, signal), window, bookmark: claimed.bookmark })) {
        signal.throwIfAborted();
        await delivery.take(seen);
      }
      const { isChanged } = await delivery.finish(claimed.dataSourceId, this.clock.now());
      const { usageSampleCount, chargeCount, bookmark } = delivery;
      // Charges that are stored already would be kept a second time only to be deleted.
      if (!isChanged && chargeCount > 0 && usageSampleCount === 0) await query(transaction, sql`ROLLBACK TO SAVEPOINT delivery`);
      await delivery.storeStatements(transaction, claimed.dataSourceId, this.clock.now());
      await noteCalls(transaction, claimed.runId, report.calls);
      const step = { window, isPartial: report.warnings.size > warningsBefore, bookmark, usageSampleCount, chargeCount };
      if (!(await moveCollected(transaction, claimed, step))) throw new LeaseLost();
      if (isChanged) await this.jobs.enqueue(transaction, deliveredQueue, {}, { key: 'all', startAfterSeconds: 30 });
      if (window.end.getTime() === period.end.getTime()) await finishRun(transaction, claimed, period, slackOf(policy), notesOf(report));
      signal.throwIfAborted();
      return { usageSampleCount, chargeCount, bookmark };
    });
  }

  private async end(claimed: ClaimedRun, error: unknown, signal: AbortSignal, report: RunReport, period: Window | null): Promise<void> {
    if (error instanceof LeaseLost || signal.reason instanceof LeaseLost) return;
    await noteCalls(this.database, claimed.runId, report.calls);
    if (signal.reason instanceof Stopping) {
      await handBackRun(this.database, claimed);
      throw signal.reason;
    }
    const failure = signal.aborted ? { message: (signal.reason as Error).message, needsAttention: false, retryAfterMs: null, payloadHead: null } : failureOf(error);
    await this.database.transaction((transaction) => failRun(transaction, claimed, failure, period, notesOf(report)));
  }

  private reportOf(claimed: ClaimedRun, { callLimits }: Collector): RunReport {
    const limits = callLimits ? { ...callLimits, perDay: claimed.mostCallsPerDay ?? callLimits.perDay } : null;
    const report: RunReport = new RunReport(limits, claimed.callsToday, () => noteCalls(this.database, claimed.runId, report.calls));
    return report;
  }
}

/** How long after the end of its period a run may be done and nobody wonders, besides two intervals. */
const slackOf = ({ align, delay }: WindowPolicy): string[] => [align.end, delay];

const notesOf = ({ warnings, notices, refused }: RunReport) => ({ warnings: [...warnings], notices: [...notices], refused: Object.fromEntries(refused) });

function failureOf(error: unknown): RunFailure {
  const { message } = error as Error;
  if (error instanceof CollectorRejected || error instanceof DomainError) return { message, needsAttention: true, retryAfterMs: null, payloadHead: null };
  if (error instanceof CollectorUnavailable) {
    return { message, needsAttention: false, retryAfterMs: error.retryAfterMs, payloadHead: error instanceof BadPayload ? error.head : null };
  }
  const id = recordIncident(error);
  return { message: `something went wrong here, and the log has it under ${id}`, needsAttention: false, retryAfterMs: null, payloadHead: null };
}
