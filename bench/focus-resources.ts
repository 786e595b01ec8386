import type { RandomStream } from '../forecasts/math/random.js';

/** A thing that is charged for by the hour, as the columns of FOCUS describe it. */
export interface BilledResource {
  /** What each of its charges says, by column. */
  columns: Record<string, string>;
  /** Exact, in 10⁻⁷ of the currency. */
  unitPriceE7: number;
}

interface BilledProvider {
  name: string;
  publisher: string;
  account: string;
  accountName: string;
  /** Identifier and name. */
  regions: [string, string][];
  idOf(region: string, account: string, type: string, key: string): string;
}

const providers: BilledProvider[] = [
  {
    name: 'AWS', publisher: 'Amazon Web Services, Inc.', account: '123456789012', accountName: 'Northwind Payer',
    regions: [['us-east-1', 'US East (N. Virginia)'], ['eu-central-1', 'Europe (Frankfurt)'], ['ap-south-1', 'Asia Pacific (Mumbai)']],
    idOf: (region, account, type, key) => `arn:aws:${type}:${region}:${account}:instance/i-0${key}`,
  },
  {
    name: 'Microsoft', publisher: 'Microsoft Corporation', account: '/providers/Microsoft.Billing/billingAccounts/8611537', accountName: 'Northwind EA',
    regions: [['eastus', 'US East'], ['westeurope', 'EU West'], ['swedencentral', 'SE Central']],
    idOf: (_, account, type, key) =>
      `/subscriptions/9ec51cfd-5ca7-4d76-8101-${account}/resourcegroups/rg-${key.slice(0, 4)}/providers/microsoft.compute/${type}/vm-${key}`,
  },
  {
    name: 'Google Cloud', publisher: 'Google Cloud EMEA Limited', account: '01A2B3-C4D5E6-F70819', accountName: 'Northwind Platform',
    regions: [['us-central1', 'Iowa'], ['europe-west4', 'Netherlands'], ['asia-northeast1', 'Tokyo']],
    idOf: (region, account, type, key) =>
      `//compute.googleapis.com/projects/northwind-${account}/zones/${region}-b/${type}/gke-pool-${key}`,
  },
];

const kinds = [
  { service: 'Compute Cloud', category: 'Compute', type: 'virtualmachines', unit: 'Hours', priceE7: 2_340_000 },
  { service: 'Accelerated Compute H100', category: 'AI and Machine Learning', type: 'gpu', unit: 'GPU-Hours', priceE7: 39_800_000 },
  { service: 'Object Storage', category: 'Storage', type: 'buckets', unit: 'GB-Hours', priceE7: 315 },
  { service: 'Block Storage', category: 'Storage', type: 'disks', unit: 'GB-Hours', priceE7: 1_096 },
  { service: 'Managed PostgreSQL', category: 'Databases', type: 'databases', unit: 'Hours', priceE7: 5_120_000 },
  { service: 'Load Balancing', category: 'Networking', type: 'loadbalancers', unit: 'LCU-Hours', priceE7: 80_000 },
  { service: 'Monitoring', category: 'Management and Governance', type: 'metrics', unit: 'Requests', priceE7: 3 },
] as const;

// One owner in forty is not ASCII: text of another width is in every megabyte of a real export.
const owners = [...Array.from({ length: 39 }, (_, index) => `team-${index}@northwind.example`), 'Zoë Lindström'];

export function billedResources(count: number, random: RandomStream): BilledResource[] {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!;
  const digits = (length: number) => Array.from({ length }, () => Math.floor(random.next() * 16).toString(16)).join('');

  return Array.from({ length: count }, () => {
    const provider = pick(providers);
    const kind = pick(kinds);
    const [regionId, regionName] = pick(provider.regions);
    const project = Math.floor(random.next() * 80);
    const subAccount = `${51738920000 + project}0`.padStart(12, '0');
    const sku = digits(16).toUpperCase();
    const key = digits(12);
    const isCommitted = random.next() < 0.1;
    const tags = { application: `service-${project}`, environment: pick(['prod', 'staging', 'dev']), cost_center: `${1000 + project}`, owner: pick(owners) };
    return {
      unitPriceE7: kind.priceE7,
      columns: {
        AvailabilityZone: `${regionId}${pick(['a', 'b', 'c'])}`,
        BillingAccountId: provider.account,
        BillingAccountName: provider.accountName,
        ChargeDescription: `$${kind.priceE7 / 1e7} per ${kind.unit.replace(/s$/, '')} of ${kind.service} in ${regionName}`,
        CommitmentDiscountCategory: isCommitted ? 'Spend' : '',
        CommitmentDiscountId: isCommitted ? `arn:aws:savingsplans::${subAccount}:savingsplan/${project}` : '',
        CommitmentDiscountStatus: isCommitted ? 'Used' : '',
        CommitmentDiscountType: isCommitted ? 'Savings Plan' : '',
        ConsumedUnit: kind.unit,
        InvoiceIssuerName: provider.publisher,
        PricingCategory: isCommitted ? 'Committed' : 'Standard',
        PricingUnit: kind.unit,
        ProviderName: provider.name,
        PublisherName: provider.publisher,
        RegionId: regionId,
        RegionName: regionName,
        ResourceId: provider.idOf(regionId, subAccount, kind.type, key),
        ResourceName: `${kind.type}-${key}`,
        ResourceType: kind.type,
        ServiceCategory: kind.category,
        ServiceName: kind.service,
        SkuId: sku,
        SkuPriceId: `${sku}.JRTCKXETXF.6YS6EN2CT7`,
        SubAccountId: subAccount,
        SubAccountName: `northwind-${project}`,
        Tags: random.next() < 0.7 ? JSON.stringify(tags) : '',
      },
    };
  });
}
