import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { CopyWriter, ensureMonths, InvalidInput, query, queryOne } from '../platform/index.js';
import type { Charge } from './charge.js';
import type { WholeBillingPeriod } from './whole-billing-period.js';
import { copyRow, copyTarget } from './charge-copy.js';
import { analyzeCharges, currentLoad, insertLoad, moneyOfLoad, storeLoadTotals, type Biller, type LoadMoney } from './charge-load.queries.js';
import { Fingerprint } from './fingerprint.js';

/** What a delivery did to one billing period of its data source. */
export interface DeliveredPeriod {
  billingPeriodStart: Date;
  billingPeriodEnd: Date;
  revision: number;
  isChanged: boolean;
  chargeCount: number;
  /** Charges of the revision before; null when there was none. */
  previousChargeCount: number | null;
  money: LoadMoney[];
  previousMoney: LoadMoney[];
}

interface Draft {
  loadId: string;
  billingPeriodEnd: string;
  chargeCount: number;
  chargedUntil: string;
  estimatedFrom: string | null;
  fingerprint: Fingerprint;
}

type Period = Pick<Charge, 'billingPeriodStart' | 'billingPeriodEnd'>;

/** More billing periods than this are not one delivery but a mistake in the dates. */
const mostPeriods = 240;

/**
 * One delivery of charges on its way into the caller's transaction: rows in any order and number,
 * for any billing periods. `finish` makes each period a new revision of its data source, or leaves
 * the current one where the delivery says the same again.
 */
export class ChargeDelivery {
  readonly billers = new Map<string, Biller>();
  private readonly drafts = new Map<string, Draft>();
  private readonly months = new Set<string>();
  private readonly newMonths = new Set<string>();
  private readonly writer: CopyWriter;
  private lineNumber = 0;
  private isAnalyzed = false;
  private firstDay = '9999';
  private lastDay = '0000';

  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
  ) {
    this.writer = new CopyWriter(transaction, copyTarget, async () => {
      await ensureMonths(this.database, 'charge', this.newMonths);
      this.newMonths.clear();
    });
  }

  get chargeCount(): number {
    return this.lineNumber;
  }

  /** Days charged for, as ISO instants; the earliest start and the latest start. */
  get days(): { first: string; last: string } {
    return { first: this.firstDay, last: this.lastDay };
  }

  get loadIds(): string[] {
    return [...this.drafts.values()].map(({ loadId }) => loadId);
  }

  /** Says that billing periods come whole, also those without a charge. */
  async declare(periods: readonly WholeBillingPeriod[]): Promise<void> {
    for (const period of periods) {
      const draft = await this.draftOf(period);
      draft.estimatedFrom = period.estimatedFrom ?? null;
    }
  }

  async write(charges: readonly Charge[]): Promise<void> {
    for (const charge of charges) {
      const draft = this.drafts.get(charge.billingPeriodStart) ?? (await this.begin(charge));
      if (draft.billingPeriodEnd !== charge.billingPeriodEnd) await this.draftOf(charge);
      this.note(charge, draft);
      this.lineNumber += 1;
      const position = `${draft.loadId}\t${this.lineNumber}\t`;
      const isFlushDue = this.writer.add(`${position}${copyRow(charge)}`);
      draft.fingerprint.add(this.writer.lastLine.subarray(position.length));
      if (isFlushDue) await this.writer.flush();
    }
  }

  /** Makes the delivery the current revision of its periods. The caller commits, or rolls back where nothing changed. */
  async finish(dataSourceId: string, now: Date): Promise<DeliveredPeriod[]> {
    await this.writer.end();
    // Two deliveries of one source take turns, so that revisions follow one another.
    await query(this.transaction, sql`SELECT pg_advisory_xact_lock(hashtext(${dataSourceId}))`);
    const delivered: DeliveredPeriod[] = [];
    for (const [billingPeriodStart, draft] of [...this.drafts].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      delivered.push(await this.finishPeriod(dataSourceId, billingPeriodStart, draft, now));
    }
    return delivered;
  }

  private async finishPeriod(
    dataSourceId: string,
    billingPeriodStart: string,
    draft: Draft,
    now: Date,
  ): Promise<DeliveredPeriod> {
    const previous = await currentLoad(this.transaction, dataSourceId, billingPeriodStart);
    const fingerprint = draft.fingerprint.toString();
    const previousMoney = previous ? await moneyOfLoad(this.transaction, previous.id) : [];
    const period = {
      billingPeriodStart: new Date(billingPeriodStart),
      billingPeriodEnd: new Date(draft.billingPeriodEnd),
      chargeCount: draft.chargeCount,
      previousChargeCount: previous ? Number(previous.chargeCount) : null,
      previousMoney,
    };
    const isSame =
      previous?.fingerprint === fingerprint &&
      Number(previous.chargeCount) === draft.chargeCount &&
      previous.billingPeriodEnd.getTime() === period.billingPeriodEnd.getTime() &&
      (previous.estimatedFrom?.getTime() ?? null) === (draft.estimatedFrom === null ? null : Date.parse(draft.estimatedFrom));
    if (isSame) {
      await query(this.transaction, sql`DELETE FROM charge WHERE charge.load_id = ${draft.loadId}`);
      return { ...period, revision: previous.revision, isChanged: false, money: previousMoney };
    }
    const revision = (previous?.revision ?? 0) + 1;
    await insertLoad(this.transaction, {
      id: draft.loadId,
      dataSourceId,
      billingPeriodStart,
      billingPeriodEnd: draft.billingPeriodEnd,
      revision,
      // Clocks differ and are set back; were this before the revision it replaces, both would be in force between.
      loadedAt: previous && previous.loadedAt > now ? previous.loadedAt : now,
      chargeCount: draft.chargeCount,
      chargedUntil: draft.chargedUntil,
      estimatedFrom: draft.estimatedFrom,
      fingerprint,
    });
    if (!this.isAnalyzed) await analyzeCharges(this.transaction, this.months);
    this.isAnalyzed = true;
    if (draft.chargeCount > 0) await storeLoadTotals(this.transaction, draft.loadId, draft.chargeCount, this.days);
    return { ...period, revision, isChanged: true, money: await moneyOfLoad(this.transaction, draft.loadId) };
  }

  private async draftOf({ billingPeriodStart, billingPeriodEnd }: Period): Promise<Draft> {
    const draft = this.drafts.get(billingPeriodStart) ?? (await this.begin({ billingPeriodStart, billingPeriodEnd }));
    if (draft.billingPeriodEnd === billingPeriodEnd) return draft;
    throw new InvalidInput(`billing period ${billingPeriodStart} ends both at ${draft.billingPeriodEnd} and at ${billingPeriodEnd}`);
  }

  private async begin(period: Period): Promise<Draft> {
    if (this.drafts.size >= mostPeriods) {
      throw new InvalidInput(`a delivery may hold at most ${mostPeriods} billing periods, got more`);
    }
    await this.writer.end();
    const { loadId } = await queryOne<{ loadId: string }>(
      this.transaction,
      sql`SELECT nextval(pg_get_serial_sequence('charge_load', 'id'))::text AS "loadId"`,
    );
    const draft: Draft = {
      loadId,
      billingPeriodEnd: period.billingPeriodEnd,
      chargeCount: 0,
      chargedUntil: period.billingPeriodStart,
      estimatedFrom: null,
      fingerprint: new Fingerprint(),
    };
    this.drafts.set(period.billingPeriodStart, draft);
    return draft;
  }

  private note(charge: Charge, draft: Draft): void {
    draft.chargeCount += 1;
    const { chargePeriodStart: start, chargePeriodEnd: end } = charge;
    if (charge.chargeCategory === 'Usage' && end > draft.chargedUntil) {
      draft.chargedUntil = end < charge.billingPeriodEnd ? end : charge.billingPeriodEnd;
    }
    if (start < this.firstDay) this.firstDay = start;
    if (start > this.lastDay) this.lastDay = start;
    const month = start.slice(0, 7);
    if (!this.months.has(month)) {
      this.months.add(month);
      this.newMonths.add(month);
    }
    const biller = `${charge.providerName}\0${charge.billingAccountId}`;
    if (!this.billers.has(biller)) {
      // Split from the key, which is a text of its own: the charge's values may hold on to a whole piece of their file.
      const [providerName, billingAccountId] = biller.split('\0') as [string, string];
      this.billers.set(biller, { providerName, billingAccountId });
    }
  }
}
