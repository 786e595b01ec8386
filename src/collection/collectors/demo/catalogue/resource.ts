import type { ResourceDescription } from '../../../../resources/index.js';
import type { Cloud } from '../accounts.js';
import { micros } from '../money.js';

export type Team = 'research' | 'platform' | 'product' | 'data';

/** Something the organisation runs and pays for. */
export interface DemoResource extends Omit<ResourceDescription, 'firstSeenAt' | 'lastSeenAt' | 'resourceName'> {
  cloud: Cloud;
  resourceName: string;
  subAccountId: string;
  /** False where the provider hands no tags on to the bill, as with much of data transfer. */
  isTaggedOnBill: boolean;
}

/** One thing a resource is billed for. */
export interface Product {
  resource: DemoResource;
  skuId: string;
  description: string;
  /** FOCUS PricingUnit. */
  unit: string;
  /** In millionths of the currency per unit: before and after the negotiated discount. */
  listPriceMicros: number;
  contractedPriceMicros: number;
}

export function demoResource({
  cloud, region, kind, slug, type, service, category, team, environment = 'production', subAccountId, isTaggedOnBill = true, gpu = null,
}: {
  cloud: Cloud; region: string; kind: string; slug: string; type: string; service: string; category: string;
  team: Team; environment?: string; subAccountId?: string; isTaggedOnBill?: boolean; gpu?: ResourceDescription['gpu'];
}): DemoResource {
  return {
    cloud,
    providerName: cloud.providerName,
    resourceId: `demo/${cloud.key}/${region}/${kind}/${slug}`,
    resourceName: `demo-${slug}`,
    resourceType: type,
    serviceName: `${service} (demo)`,
    serviceCategory: category,
    regionId: region,
    subAccountId: subAccountId ?? `demo-${team}`,
    tags: { demo: 'true', team, environment },
    gpu,
    isTaggedOnBill,
  };
}

/** `price` is the list price per unit in the account's currency, `discount` the negotiated share off it. */
export function demoProduct(
  resource: DemoResource,
  { sku, description, unit, price, discount = 0 }: { sku: string; description: string; unit: string; price: number; discount?: number },
): Product {
  return {
    resource,
    skuId: `demo-${resource.cloud.key}-${sku}`,
    description,
    unit,
    listPriceMicros: micros(price),
    contractedPriceMicros: micros(price * (1 - discount)),
  };
}
