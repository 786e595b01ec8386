import { awsDependentRequired, awsSettings, type AwsSettings } from '../../aws/settings.js';
import type { SettingsSchema } from '../../../platform/index.js';

/** What charges are grouped by, as Cost Explorer spells it. */
export interface GroupKey {
  type: 'DIMENSION' | 'TAG' | 'COST_CATEGORY';
  key: string;
}

export interface CostExplorerSettings extends AwsSettings {
  billingAccountId: string;
  groupBy: readonly GroupKey[];
  effectiveCost: 'AmortizedCost' | 'NetAmortizedCost';
  settleEstimatedDays: boolean;
  forecastDays: number;
  firstReach: string;
}

/** Dimensions that Cost Explorer groups daily costs by. */
export const dimensions: readonly string[] = [
  'AZ', 'BILLING_ENTITY', 'CACHE_ENGINE', 'DATABASE_ENGINE', 'DEPLOYMENT_OPTION', 'INSTANCE_TYPE', 'INSTANCE_TYPE_FAMILY',
  'INVOICING_ENTITY', 'LEGAL_ENTITY_NAME', 'LINKED_ACCOUNT', 'OPERATING_SYSTEM', 'OPERATION', 'PLATFORM', 'PURCHASE_TYPE',
  'RECORD_TYPE', 'REGION', 'RESERVATION_ID', 'SAVINGS_PLAN_ARN', 'SAVINGS_PLANS_TYPE', 'SERVICE', 'TENANCY', 'USAGE_TYPE',
];

export const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['billingAccountId'],
  dependentRequired: awsDependentRequired,
  properties: {
    billingAccountId: { type: 'string', pattern: '^\\d{12}$', description: 'the account that is invoiced, the management account of an organization: 12 digits' },
    groupBy: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      default: [{ type: 'DIMENSION', key: 'SERVICE' }, { type: 'DIMENSION', key: 'LINKED_ACCOUNT' }],
      description: 'the one or two keys that costs are told apart by',
      items: {
        type: 'object',
        description: 'a dimension, a cost allocation tag or a cost category',
        additionalProperties: false,
        required: ['type', 'key'],
        properties: {
          type: { type: 'string', enum: ['DIMENSION', 'TAG', 'COST_CATEGORY'], description: 'what kind of key it is' },
          key: { type: 'string', minLength: 1, maxLength: 1_024, description: 'the dimension such as SERVICE, or the name of the tag or of the cost category' },
        },
      },
    },
    effectiveCost: { type: 'string', enum: ['NetAmortizedCost', 'AmortizedCost'], default: 'NetAmortizedCost', description: 'what is taken for the effective cost: amortized cost after discounts, or before' },
    settleEstimatedDays: { type: 'boolean', default: false, description: 'whether days that AWS still calls estimated count as settled 72 hours after their end; otherwise they stay open until the invoice is made' },
    forecastDays: { type: 'integer', minimum: 0, maximum: 90, default: 90, description: 'days of the forecast of AWS that is kept to compare ours with; 0 asks for none' },
    firstReach: { type: 'string', format: 'duration', default: 'P13M', description: 'how far back the first run reads; Cost Explorer has 13 months before the current one' },
    region: { type: 'string', pattern: '^[a-z0-9-]+$', default: 'us-east-1', description: 'the region that Cost Explorer is called in: us-east-1, in China cn-northwest-1' },
    ...awsSettings('Cost Explorer'),
  },
  examples: [
    {
      billingAccountId: '123456789012',
      groupBy: [{ type: 'DIMENSION', key: 'SERVICE' }, { type: 'TAG', key: 'team' }],
      endpoint: 'https://ce.us-east-1.amazonaws.com',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'a secret access key',
    },
    { billingAccountId: '123456789012', roleArn: 'arn:aws:iam::123456789012:role/headroom', externalId: 'headroom' },
  ],
};
