/** A billing period that a delivery has all charges of, be there any or not. */
export interface WholeBillingPeriod {
  /** Instants in UTC, as charges spell them. */
  billingPeriodStart: string;
  billingPeriodEnd: string;
  /** What the provider itself says the period adds up to, to reconcile with; empty where it does not say. */
  totals: readonly ProviderTotal[];
  /** The first day that the provider calls estimated; null or left out where it calls none so. */
  estimatedFrom?: string | null;
}

export interface ProviderTotal {
  billingCurrency: string;
  /** An exact decimal. */
  billedCost: string;
}
