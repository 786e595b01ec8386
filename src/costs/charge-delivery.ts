import { hash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { CopyWriter, copyText, ensureMonths, InvalidInput, query, queryOne } from '../platform/index.js';
import type { Charge } from './charge.js';
import { currentLoad, insertLoad, moneyOfLoad, storeLoadTotals, type Biller, type LoadMoney } from './charge-load.queries.js';

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
  /** Four 32-bit lanes of summed row digests: the same whatever the order, other for any other rows. */
  lanes: Uint32Array;
}

/** More billing periods than this are not one delivery but a mistake in the dates. */
const mostPeriods = 240;

const copyColumns = `charge (load_id, line_number, billing_account_id, charge_period_start, charge_period_end,
  charge_category, charge_class, charge_description, charge_frequency, billing_currency, billed_cost, effective_cost,
  list_cost, contracted_cost, provider_name, service_name, service_category, sub_account_id, region_id, resource_id,
  resource_name, resource_type, sku_id, sku_price_id, pricing_category, pricing_quantity, pricing_unit,
  consumed_quantity, consumed_unit, commitment_discount_id, commitment_discount_status, tags, extra)`;

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
  private firstDay = '9999';
  private lastDay = '0000';

  constructor(
    private readonly database: DataSource,
    private readonly transaction: EntityManager,
  ) {
    this.writer = new CopyWriter(transaction, copyColumns, async () => {
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

  async write(charges: readonly Charge[]): Promise<void> {
    for (const charge of charges) {
      const draft = this.drafts.get(charge.billingPeriodStart) ?? (await this.begin(charge));
      if (draft.billingPeriodEnd !== charge.billingPeriodEnd) {
        throw new InvalidInput(
          `billing period ${charge.billingPeriodStart} ends both at ${draft.billingPeriodEnd} and at ${charge.billingPeriodEnd}`,
        );
      }
      this.note(charge, draft);
      const row = copyRow(charge);
      addDigest(draft.lanes, row);
      this.lineNumber += 1;
      if (this.writer.add(`${draft.loadId}\t${this.lineNumber}\t${row}`)) await this.writer.flush();
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
    const fingerprint = [...draft.lanes].map((lane) => lane.toString(16).padStart(8, '0')).join('');
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
      previous.billingPeriodEnd.getTime() === period.billingPeriodEnd.getTime();
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
      fingerprint,
    });
    await storeLoadTotals(this.transaction, draft.loadId, draft.chargeCount, this.days);
    return { ...period, revision, isChanged: true, money: await moneyOfLoad(this.transaction, draft.loadId) };
  }

  private async begin(charge: Charge): Promise<Draft> {
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
      billingPeriodEnd: charge.billingPeriodEnd,
      chargeCount: 0,
      chargedUntil: charge.billingPeriodStart,
      lanes: new Uint32Array(4),
    };
    this.drafts.set(charge.billingPeriodStart, draft);
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
    const biller = `${charge.providerName}\n${charge.billingAccountId}`;
    if (!this.billers.has(biller)) {
      this.billers.set(biller, { providerName: charge.providerName, billingAccountId: charge.billingAccountId });
    }
  }
}

/** The columns of a charge in COPY's text format, in the order of `copyColumns` after the line number. */
function copyRow(charge: Charge): string {
  return `${copyText(charge.billingAccountId)}\t${charge.chargePeriodStart}\t${charge.chargePeriodEnd}\t${
    charge.chargeCategory}\t${copyText(charge.chargeClass)}\t${copyText(charge.chargeDescription)}\t${
    copyText(charge.chargeFrequency)}\t${charge.billingCurrency}\t${charge.billedCost}\t${charge.effectiveCost}\t${
    copyText(charge.listCost)}\t${copyText(charge.contractedCost)}\t${copyText(charge.providerName)}\t${
    copyText(charge.serviceName)}\t${charge.serviceCategory}\t${copyText(charge.subAccountId)}\t${
    copyText(charge.regionId)}\t${copyText(charge.resourceId)}\t${copyText(charge.resourceName)}\t${
    copyText(charge.resourceType)}\t${copyText(charge.skuId)}\t${copyText(charge.skuPriceId)}\t${
    copyText(charge.pricingCategory)}\t${copyText(charge.pricingQuantity)}\t${copyText(charge.pricingUnit)}\t${
    copyText(charge.consumedQuantity)}\t${copyText(charge.consumedUnit)}\t${copyText(charge.commitmentDiscountId)}\t${
    copyText(charge.commitmentDiscountStatus)}\t${copyText(charge.tags)}\t${copyText(charge.extra)}`;
}

function addDigest(lanes: Uint32Array, row: string): void {
  const digest = hash('md5', row, 'buffer');
  for (let lane = 0; lane < 4; lane++) lanes[lane] = lanes[lane]! + digest.readUInt32LE(lane * 4);
}
