export interface Cloud {
  /** As it appears in resource identifiers. */
  key: 'aws' | 'azure' | 'gcp';
  providerName: string;
  /** FOCUS InvoiceIssuerName and PublisherName. */
  issuerName: string;
  billingAccountId: string;
  billingAccountName: string;
  /** Price of the support plan, in percent of the usage of the month. */
  supportPercent: number;
  supportPlan: string;
}

export const aws: Cloud = {
  key: 'aws',
  providerName: 'AWS (demo)',
  issuerName: 'Amazon Web Services, Inc.',
  billingAccountId: 'demo-aws-4711',
  billingAccountName: 'Demo organisation on AWS',
  supportPercent: 3,
  supportPlan: 'Business Support (demo)',
};

export const azure: Cloud = {
  key: 'azure',
  providerName: 'Microsoft (demo)',
  issuerName: 'Microsoft',
  billingAccountId: 'demo-azure-0815',
  billingAccountName: 'Demo organisation on Azure',
  supportPercent: 2,
  supportPlan: 'Professional Direct (demo)',
};

export const gcp: Cloud = {
  key: 'gcp',
  providerName: 'Google Cloud (demo)',
  issuerName: 'Google Cloud EMEA',
  billingAccountId: 'demo-gcp-2718',
  billingAccountName: 'Demo organisation on Google Cloud',
  supportPercent: 3,
  supportPlan: 'Enhanced Support (demo)',
};

export const clouds: readonly Cloud[] = [aws, azure, gcp];

/** The one sub account that is invoiced in euros, so that nobody gets away with summing currencies. */
export const EURO_SUB_ACCOUNT = 'demo-data-eu';

export function currencyOf(subAccountId: string | null): 'USD' | 'EUR' {
  return subAccountId === EURO_SUB_ACCOUNT ? 'EUR' : 'USD';
}
