import { currencyOf, type Cloud } from './accounts.js';
import { DAY_MS, instant } from './calendar.js';
import type { DemoResource } from './catalogue/index.js';
import { daysAgoAt, type Month, type Timeline } from './settings.js';

/** The data team was founded six weeks ago; what it runs had no team before. */
const DATA_TEAM_DAYS = 45;

/** What every row of a day has in common, and null for everything that not every row has. */
export function rowOf({ providerName, billingAccountId }: Cloud, subAccountId: string | null, dayMs: number, month: Month) {
  return {
    billingPeriodStart: instant(month.startMs),
    billingPeriodEnd: instant(month.endMs),
    chargePeriodStart: instant(dayMs),
    chargePeriodEnd: instant(dayMs + DAY_MS),
    billingAccountId,
    billingCurrency: currencyOf(subAccountId),
    providerName,
    subAccountId,
    chargeClass: null,
    consumedQuantity: null,
    consumedUnit: null,
    commitmentDiscountId: null,
    commitmentDiscountStatus: null,
  };
}

export const noResource = { regionId: null, resourceId: null, resourceName: null, resourceType: null, tags: null };

export function resourceColumns(resource: DemoResource, dayMs: number, timeline: Timeline) {
  const { serviceName, serviceCategory, regionId, resourceId, resourceName, resourceType } = resource;
  return { serviceName, serviceCategory, regionId, resourceId, resourceName, resourceType, tags: tagsOnBill(resource, dayMs, timeline) };
}

function tagsOnBill({ isTaggedOnBill, tags }: DemoResource, dayMs: number, timeline: Timeline): string | null {
  if (!isTaggedOnBill) return null;
  const { team, ...rest } = tags;
  const isBeforeTeam = team === 'data' && daysAgoAt(timeline, dayMs) > DATA_TEAM_DAYS;
  return JSON.stringify(isBeforeTeam ? rest : tags);
}

export function issuerColumns({ billingAccountName, issuerName }: Cloud) {
  return { BillingAccountName: billingAccountName, InvoiceIssuerName: issuerName, PublisherName: issuerName };
}
