import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource as Database } from 'typeorm';
import { Forbidden, requireRole, Role, type Viewer } from '../access/index.js';
import {
  checkedSettings, checkPeriod, Clock, DomainError, InvalidInput, Jobs, joined, keyOf, NotFound, openSecrets, partSecrets, query, queryOne, sealSecrets, SecretBox, takeOverSecrets, toId,
  type PartedSettings, type PeriodInput,
} from '../platform/index.js';
import { collectQueue } from './collect-queue.js';
import { CollectorRejected, CollectorUnavailable } from './collector-failure.js';
import type { Collector } from './collector.js';
import { collectorNamed } from './collectors/index.js';
import { CollectionStatus, type DataSourceCreateInput, type DataSourceTestInput, type DataSourceUpdateInput } from './data-source.graphql.js';
import { dataSourcesById, deleteSource, insertSource, runs, scheduledSources, storedSource, updateSource, type CollectionRunRow, type DataSourceRow, type StoredSource } from './data-source.queries.js';
import { contactOf, RunReport } from './run-report.js';
import { queueRun } from './run.queries.js';

/** Two sources of one name could not be told apart. */
export class SourceExists extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['name'];
  constructor(name: string) {
    super(`there is a source "${name}" already`);
  }
}

const longestName = 200;
/** A connection test is a question or two, not a collection. */
const mostTestCalls = 100;
const testWithinMs = 20_000;

/** A run, as whoever waited for it wants to know of it. */
export interface RunOutcome extends CollectionRunRow {
  /** Whether it has not ended: another worker has the source. */
  isWaiting: boolean;
  refusedCount: number;
}

/** What a person decides about sources. Every run is asked for in the transaction of the decision. */
@Injectable()
export class DataSourcesService {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError */
  async create(viewer: Viewer, input: DataSourceCreateInput): Promise<DataSourceRow> {
    requireRole(viewer, Role.SRE);
    requireWhole(viewer);
    const id = randomUUID();
    const collector = collectorNamed(input.collector);
    const parted = this.checked(collector, input.settings);
    const source: StoredSource = {
      id,
      name: input.name.trim(),
      collector: collector.name,
      settings: parted.open,
      secrets: sealSecrets(parted.secret, id, this.box),
      interval: input.interval,
      enabled: true,
      mostSeries: input.mostSeries ?? null,
      mostCallsPerDay: input.mostCallsPerDay ?? null,
    };
    await this.check(source);
    await this.unique(source.name, () =>
      this.database.transaction(async (transaction) => {
        await insertSource(transaction, source);
        const runId = await queueRun(transaction, id, null);
        await this.jobs.enqueue(transaction, collectQueue, { runId }, { key: runId });
      }),
    );
    return this.find(viewer, id);
  }

  /** @throws DomainError */
  async update(viewer: Viewer, id: string, input: DataSourceUpdateInput): Promise<DataSourceRow> {
    requireRole(viewer, Role.SRE);
    const known = await this.known(viewer, id);
    const isByHand = known.settings === null;
    if (isByHand && (input.settings ?? input.interval)) throw new InvalidInput(`source "${known.name}" is brought by hand: it has neither settings nor an interval`, ['settings']);
    const parted = input.settings ? this.changed(known, input.settings) : null;
    const source: StoredSource = {
      ...known,
      name: input.name?.trim() ?? known.name,
      settings: parted?.open ?? known.settings,
      secrets: parted ? sealSecrets(parted.secret, known.id, this.box) : known.secrets,
      interval: input.interval ?? known.interval,
      enabled: input.enabled ?? known.enabled,
      mostSeries: input.mostSeries ?? known.mostSeries,
      mostCallsPerDay: input.mostCallsPerDay ?? known.mostCallsPerDay,
    };
    await this.check(source);
    const isReadAnew = source.enabled && (parted !== null || !known.enabled);
    await this.unique(source.name, () => updateSource(this.database, source, isReadAnew));
    return this.find(viewer, known.id);
  }

  /** Deletes a source with everything that came from it. @throws DomainError */
  async delete(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.SRE);
    const { id: key } = await this.known(viewer, id);
    await this.database.transaction(async (transaction) => {
      await query(transaction, sql`SET LOCAL statement_timeout = 0`);
      await deleteSource(transaction, key);
    });
    return id;
  }

  /** Asks for a period of a source to be collected, again if it was. @throws DomainError */
  async collect(viewer: Viewer, id: string, period: PeriodInput): Promise<CollectionRunRow> {
    requireRole(viewer, Role.SRE);
    checkPeriod(period);
    const { id: key, name, settings, collector } = await this.known(viewer, id);
    if (settings === null) throw new InvalidInput(`source "${name}" is brought by hand: bring its files again`, ['id']);
    if (collectorNamed(collector).isSnapshot) throw new InvalidInput(`source "${name}" tells of now alone: nothing of the past can be read from it`, ['period']);
    const { isPast } = await queryOne<{ isPast: boolean }>(this.database, sql`SELECT ${period.start}::timestamptz < now() AS "isPast"`);
    if (!isPast) throw new InvalidInput(`period begins at ${period.start.toISOString()}, and nothing has been observed then yet`, ['period', 'start']);
    const runId = await this.database.transaction(async (transaction) => {
      const queued = await queueRun(transaction, key, period);
      await this.jobs.enqueue(transaction, collectQueue, { runId: queued }, { key: queued });
      return queued;
    });
    const [run] = await runs(this.database, viewer, { runKey: runId });
    return run!;
  }

  /** Asks for every source that has a schedule, or for the one of this name, to be read now by who asks. @throws DomainError */
  async queue(viewer: Viewer, name: string | null): Promise<{ runId: string; dataSourceName: string }[]> {
    requireRole(viewer, Role.SRE);
    requireWhole(viewer);
    const sources = await scheduledSources(this.database, name);
    if (name !== null && sources.length === 0) throw new InvalidInput(`no source "${name}" is read on a schedule`, ['name']);
    return Promise.all(sources.map(async (source) => ({ runId: await queueRun(this.database, source.id, null), dataSourceName: source.name })));
  }

  /** What came of a run. */
  async outcome(viewer: Viewer, runId: string): Promise<RunOutcome> {
    const [run] = await runs(this.database, viewer, { runKey: runId });
    if (!run) throw new NotFound(toId('CollectionRun', runId));
    const isWaiting = run.status === CollectionStatus.QUEUED || run.status === CollectionStatus.RUNNING;
    return { ...run, isWaiting, refusedCount: run.refused.reduce((sum, { count }) => sum + count, 0) };
  }

  /** Asks the outside whether settings work. @throws DomainError with what does not */
  async test(viewer: Viewer, { id, collector: name, settings }: DataSourceTestInput): Promise<string> {
    requireRole(viewer, Role.SRE);
    const known = id ? await this.known(viewer, id) : null;
    if (!known) requireWhole(viewer);
    if (!known && !name) throw new InvalidInput('a test needs the id of a source, or a collector and settings', ['collector']);
    const collector = collectorNamed(known?.collector ?? name!);
    if (!collector.test) throw new InvalidInput(`${collector.name} calls nobody: there is nothing to try`, ['collector']);
    const parted = known ? (settings ? this.changed(known, settings) : this.stored(known)) : this.checked(collector, settings ?? {});
    const report = new RunReport({ perRun: mostTestCalls, perDay: null });
    try {
      const trial = { ...contactOf(report, AbortSignal.timeout(testWithinMs)), now: this.clock.now() };
      return await collector.test(checkedSettings(collector, joined(parted.open, parted.secret)), trial);
    } catch (error) {
      if (error instanceof CollectorUnavailable || error instanceof CollectorRejected) throw new InvalidInput(error.message, ['settings'], { cause: error });
      if (error instanceof DOMException && error.name === 'TimeoutError') throw new InvalidInput(`nothing answered within ${testWithinMs / 1000} s`, ['settings']);
      throw error;
    }
  }

  private async known(viewer: Viewer, id: string): Promise<StoredSource> {
    const source = await storedSource(this.database, viewer, keyOf('DataSource', id, ['id']));
    if (!source) throw new NotFound(id, ['id']);
    return source;
  }

  private async find(viewer: Viewer, key: string): Promise<DataSourceRow> {
    const [source] = await dataSourcesById(this.database, viewer, [key]);
    if (!source) throw new NotFound(toId('DataSource', key), ['id']);
    return source;
  }

  private checked(collector: Collector, settings: object): PartedSettings {
    if (!collector.windowPolicy) throw new InvalidInput(`${collector.name} reads what people bring: use "headroom import"`, ['collector']);
    collector.windowPolicy(checkedSettings(collector, settings));
    return partSecrets(collector.settingsSchema, settings);
  }

  private stored({ id, settings, secrets }: StoredSource): PartedSettings {
    return { open: settings ?? {}, secret: openSecrets(secrets, id, this.box) };
  }

  /** New settings of a source, with the secrets that stay. */
  private changed(known: StoredSource, settings: object): PartedSettings {
    const collector = collectorNamed(known.collector);
    const parted = partSecrets(collector.settingsSchema, settings);
    const before = this.stored(known);
    const secret = takeOverSecrets(collector.settingsSchema, before.open, before.secret, parted);
    return this.checked(collector, joined(parted.open, secret));
  }

  private async check({ name, interval, mostSeries, mostCallsPerDay }: StoredSource): Promise<void> {
    if (name === '' || name.length > longestName) throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['name']);
    for (const [field, limit] of Object.entries({ mostSeries, mostCallsPerDay })) {
      if (limit !== null && limit < 1) throw new InvalidInput(`${field} needs a number above 0, got ${limit}`, [field]);
    }
    if (interval === null) return;
    const isDuration = /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.test(interval);
    const { isFit } = isDuration
      ? await queryOne<{ isFit: boolean }>(this.database, sql`SELECT ${interval}::interval BETWEEN interval '1 minute' AND interval '31 days' AS "isFit"`)
      : { isFit: false };
    if (!isFit) throw new InvalidInput(`interval needs an ISO 8601 duration from PT1M to P31D, got "${interval}"`, ['interval']);
  }

  private async unique(name: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if ((error as { constraint?: string }).constraint === 'data_source_name_key') throw new SourceExists(name);
      throw error;
    }
  }
}

/** A source is of the whole organisation: whoever sees a part of it sees none, and makes none. */
function requireWhole(viewer: Viewer): void {
  if (viewer.scope !== null) throw new Forbidden('sources are of the whole organisation, and you may see a part of it');
}
