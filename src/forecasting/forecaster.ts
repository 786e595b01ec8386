import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { forecast, InsufficientHistory as TooShort, type Forecast } from '../../forecasts/index.js';
import { contains, everything, type Scope, type Viewer } from '../access/index.js';
import { CostMetric, dailyCosts } from '../costs/index.js';
import { publish } from '../events/index.js';
import { Clock, DomainError, InvalidInput, query, toId } from '../platform/index.js';
import { scopeOfResource } from '../resources/index.js';
import { dailyUsage, type UsageMetric } from '../usage/index.js';
import { costOfNextMonth, type CostTotal } from './cost-total.js';
import { currentVersion, latestCostForecasts, storeVersion } from './forecast.queries.js';
import { HolidayCalendar } from './holiday-calendar.js';
import { keyOfSubject, toSeries, trainingOfCost, trainingOfUsage, type Training } from './training.js';

/** The event, and the subscription, of a new version. */
export const forecastCreated = 'forecastCreated';

/** How far ahead usage is forecast at least, in days: what is ordered today may take half a year to arrive. */
export const usageHorizonDays = 180;
/** How far ahead costs are forecast at least: the rest of a quarter, wherever in it one stands. */
export const costHorizonDays = 92;
export const longestHorizonDays = 731;
/** The intervals stored with every version; any other level follows from its standard deviations. */
const levels = [80, 95];

/** There are too few settled days to learn from. */
export class InsufficientHistory extends DomainError {
  readonly code = 'INSUFFICIENT_HISTORY';
}

/** What a run over all usage did. */
export interface UsageForecastRun {
  made: number;
  unchanged: number;
  /** Series that cannot be forecast, and why. */
  refused: { resourceKey: string; metric: UsageMetric; reason: string }[];
}

/** Runs the engine on what is stored, and freezes what comes out. */
@Injectable()
export class Forecaster {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly holidays: HolidayCalendar,
  ) {}

  /** Forecasts every usage series the viewer may see; one that has not changed keeps its version. */
  async forecastUsage(viewer: Viewer, onProgress: (done: number, of: number) => void = () => undefined): Promise<UsageForecastRun> {
    const run: UsageForecastRun = { made: 0, unchanged: 0, refused: [] };
    const all = await dailyUsage(this.database, viewer);
    for (const [index, usage] of all.entries()) {
      onProgress(index, all.length);
      const { resourceKey, metric } = usage;
      try {
        const { isNew } = await this.version(trainingOfUsage(usage, this.clock.now(), this.holidays), usageHorizonDays);
        if (isNew) run.made += 1;
        else run.unchanged += 1;
      } catch (error) {
        if (!(error instanceof InsufficientHistory)) throw error;
        run.refused.push({ resourceKey, metric, reason: error.message });
      }
    }
    onProgress(all.length, all.length);
    return run;
  }

  /**
   * The current version for one metric of one resource, that looks at least this far ahead.
   *
   * @throws InsufficientHistory when there is too little to learn from
   */
  async forecastResource(viewer: Viewer, resourceKey: string, metric: UsageMetric, horizonDays: number): Promise<string> {
    checkHorizon(horizonDays);
    const [usage] = await dailyUsage(this.database, viewer, { resourceKey, metric });
    if (!usage) throw new InsufficientHistory(`${metric} of this resource has no complete day yet, and a forecast needs 3`);
    // When capacity runs out is read from it too, so that it never looks less far than usual.
    return (await this.version(trainingOfUsage(usage, this.clock.now(), this.holidays), Math.max(horizonDays, usageHorizonDays))).id;
  }

  /**
   * The current version for the cost of a scope, made if there is none of today's data.
   *
   * @throws InvalidInput when charges are in several currencies and none is named, or not in the one that is
   * @throws InsufficientHistory when there are too few settled days
   */
  async forecastCost(
    viewer: Viewer,
    wanted: { scope: Scope; metric: CostMetric; currency?: string | null; horizonDays?: number },
  ): Promise<{ id: string; isNew: boolean }> {
    const { scope, metric, currency, horizonDays = costHorizonDays } = wanted;
    checkHorizon(horizonDays);
    if (!contains(viewer.scope, scope)) {
      throw new InvalidInput('scope reaches beyond what you may see: name the part of it that is yours', ['scope']);
    }
    const byCurrency = await dailyCosts(this.database, viewer, scope, metric);
    const [first, ...others] = byCurrency.filter((daily) => !currency || daily.currency === currency);
    if (!first) {
      throw new InsufficientHistory(`nothing was charged${currency ? ` in ${currency}` : ''} in this scope yet, and a forecast needs 3 settled days`);
    }
    if (others.length > 0) {
      const names = byCurrency.map((daily) => daily.currency).join(' and ');
      throw new InvalidInput(`charges of this scope are in ${names}, which are never added: name a currency`, ['currency']);
    }
    return this.version(trainingOfCost(scope, metric, first, this.holidays), Math.max(horizonDays, costHorizonDays));
  }

  /** Forecasts the effective cost of everything the viewer may see, in each currency by itself. */
  async forecastTotalCost(viewer: Viewer): Promise<void> {
    const scope = viewer.scope ?? everything;
    for (const daily of await dailyCosts(this.database, viewer, scope, CostMetric.EFFECTIVE_COST)) {
      try {
        await this.version(trainingOfCost(scope, CostMetric.EFFECTIVE_COST, daily, this.holidays), costHorizonDays);
      } catch (error) {
        // A currency of a few days' charges has no forecast yet.
        if (!(error instanceof InsufficientHistory)) throw error;
      }
    }
  }

  /** What the next calendar month costs in each currency, by the latest forecasts of everything. */
  async nextMonthCost(viewer: Viewer): Promise<CostTotal[]> {
    const latest = await latestCostForecasts(this.database, viewer, viewer.scope ?? everything, CostMetric.EFFECTIVE_COST);
    return latest.flatMap((stored) => costOfNextMonth(stored, this.clock.now()) ?? []);
  }

  private async version(training: Training, horizonDays: number): Promise<{ id: string; isNew: boolean }> {
    const current = await currentVersion(this.database, training, horizonDays);
    if (current) return { id: current, isNew: false };
    const made = forecastOf(training, horizonDays);
    return this.database.transaction(async (transaction) => {
      // Whoever asked for the same at the same moment has made the same.
      await query(transaction, sql`SELECT pg_advisory_xact_lock(hashtext(${keyOfSubject(training.subject)}))`);
      const sameMeanwhile = await currentVersion(transaction, training, horizonDays);
      if (sameMeanwhile) return { id: sameMeanwhile, isNew: false };
      const id = await storeVersion(transaction, training, made, this.clock.now());
      const { subject } = training;
      const about = subject.kind === 'usage'
        ? { subjectKey: subject.resourceKey, scope: await scopeOfResource(transaction, subject.resourceKey) }
        : { subjectKey: keyOfSubject(subject), scope: subject.scope };
      await publish(transaction, [{ kind: forecastCreated, payload: { forecastId: toId('Forecast', id) }, ...about }]);
      return { id, isNew: true };
    });
  }
}

/** @throws InsufficientHistory in the words of the API */
function forecastOf(training: Training, horizon: number): Forecast {
  try {
    return forecast(toSeries(training, horizon), { horizon, levels });
  } catch (error) {
    if (error instanceof TooShort) {
      throw new InsufficientHistory(`a forecast needs ${error.required} days with data, and there are ${error.observations}`);
    }
    throw error;
  }
}

function checkHorizon(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > longestHorizonDays) {
    throw new InvalidInput(`horizon needs a whole number of days from 1 to ${longestHorizonDays}, got ${days}`, ['horizon']);
  }
}
