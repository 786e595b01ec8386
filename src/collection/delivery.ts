import type { DataSource, EntityManager } from 'typeorm';
import { ChargeDelivery, noteChargedResources, storeComparisonForecasts, storeProviderTotals, type Biller, type ComparisonForecast, type DeliveredPeriod, type WholeBillingPeriod } from '../costs/index.js';
import type { Database } from '../platform/index.js';
import { describeResources } from '../resources/index.js';
import { LimitsDelivery, UsageDelivery } from '../usage/index.js';
import type { Bookmark, Observations, Window } from './collector.js';
import type { RunReport } from './run-report.js';

/** What a delivery did. */
export interface Delivered {
  /** Whether anything stored is different now. */
  isChanged: boolean;
  /** What it did to each billing period it contains. */
  periods: DeliveredPeriod[];
  /** From the first to the last instant that something was observed at; null when nothing was. */
  span: { start: string; end: string } | null;
}

export interface DeliveryOptions {
  window: Window;
  /** Series the source may have; null for the usual number. */
  mostSeries: number | null;
  report: RunReport;
}

/** What a collector yields, on its way into the caller's transaction. */
export class Delivery {
  private readonly charges: ChargeDelivery;
  private readonly wholePeriods: WholeBillingPeriod[] = [];
  private readonly forecasts: ComparisonForecast[] = [];
  private readonly limits: LimitsDelivery;
  private usage: UsageDelivery | undefined;
  /** What the collector wants to be given next time; undefined when it does not say. */
  bookmark: Bookmark | undefined;

  /** @param dataSourceId null while it is not known whose charges these are */
  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
    private readonly dataSourceId: string | null,
    private readonly options: DeliveryOptions,
  ) {
    this.charges = new ChargeDelivery(database, transaction);
    this.limits = new LimitsDelivery(transaction, (reason, count) => options.report.refuse(reason, count));
  }

  get chargeCount(): number {
    return this.charges.chargeCount;
  }

  get usageSampleCount(): number {
    return this.usage?.sampleCount ?? 0;
  }

  get usageSeriesCount(): number {
    return this.usage?.seriesCount ?? 0;
  }

  get billers(): Biller[] {
    return [...this.charges.billers.values()];
  }

  async take(seen: Observations): Promise<void> {
    switch (seen.kind) {
      case 'resources':
        return describeResources(this.transaction, seen.rows);
      case 'usage':
        this.usage ??= this.usageDelivery();
        return this.usage.write(seen.rows);
      case 'capacities':
        return this.limits.write(seen.rows);
      case 'charges':
        return this.charges.write(seen.rows);
      case 'billing-periods':
        this.wholePeriods.push(...seen.rows);
        return this.charges.declare(seen.rows);
      case 'comparison-forecasts':
        this.forecasts.push(...seen.rows);
        return;
      case 'bookmark':
        this.bookmark = seen.value;
    }
  }

  /** Makes it what is in force. The caller commits, or rolls back where nothing changed. */
  async finish(dataSourceId: string, now: Date): Promise<Delivered> {
    await this.usage?.finish();
    await this.limits.finish();
    const periods = await this.charges.finish(dataSourceId, now);
    const isChanged = this.usage?.isChanged === true || this.limits.isChanged || periods.some((period) => period.isChanged);
    if (this.chargeCount > 0 && isChanged) await noteChargedResources(this.transaction, this.charges.loadIds, this.charges.days);
    return { isChanged, periods, span: this.span() };
  }

  /** Stores what the provider says itself. Apart from `finish`: it is new also where the charges are the same, and rolled back. */
  async storeStatements(db: Database, dataSourceId: string, now: Date): Promise<void> {
    await storeProviderTotals(db, dataSourceId, this.wholePeriods, now);
    await storeComparisonForecasts(db, dataSourceId, this.forecasts, now);
  }

  private usageDelivery(): UsageDelivery {
    const { window, mostSeries, report } = this.options;
    const refuse = (reason: string, count: number) => report.refuse(reason, count);
    return new UsageDelivery(this.database, this.transaction, { dataSourceId: this.ownSource(), window, mostSeries, refuse });
  }

  private ownSource(): string {
    if (this.dataSourceId === null) throw new Error('only charges find their source by themselves: name one');
    return this.dataSourceId;
  }

  private span(): Delivered['span'] {
    if (this.chargeCount > 0) return { start: this.charges.days.first, end: this.charges.days.last };
    return this.usage?.span ? { start: this.usage.span.first, end: this.usage.span.last } : null;
  }
}
