import { awsDependentRequired, awsSettings, type AwsSettings } from '../../aws/settings.js';
import type { SettingsSchema } from '../../../platform/index.js';

export type Storage = 'BUCKETS' | 'FILE_SYSTEMS' | 'VOLUMES';

export interface CloudWatchSettings extends AwsSettings {
  storage: readonly Storage[];
  firstReach: string;
  overlap: string;
  ec2Endpoint?: string;
}

export const settingsSchema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['region'],
  dependentRequired: awsDependentRequired,
  properties: {
    region: { type: 'string', pattern: '^[a-z0-9-]+$', description: 'the region whose buckets, file systems and volumes are read, such as eu-central-1' },
    storage: {
      type: 'array',
      minItems: 1,
      default: ['BUCKETS', 'FILE_SYSTEMS', 'VOLUMES'],
      items: { type: 'string', enum: ['BUCKETS', 'FILE_SYSTEMS', 'VOLUMES'], description: 'a kind of storage: S3, EFS or EBS' },
      description: 'what is read: sizes of S3 buckets, of EFS file systems, and how large EBS volumes are',
    },
    firstReach: { type: 'string', format: 'duration', default: 'P455D', description: 'how far back the first run reads; CloudWatch keeps 455 days' },
    overlap: { type: 'string', format: 'duration', default: 'P7D', description: 'how far back every later run reads again: sizes of a day come up to two days late' },
    ...awsSettings('CloudWatch'),
    ec2Endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where EC2 is asked for volumes, if not at the address of the region' },
  },
  examples: [
    {
      region: 'eu-central-1',
      endpoint: 'https://monitoring.eu-central-1.amazonaws.com',
      ec2Endpoint: 'https://ec2.eu-central-1.amazonaws.com',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'a secret access key',
    },
    { region: 'eu-central-1', roleArn: 'arn:aws:iam::123456789012:role/headroom', externalId: 'headroom', storage: ['BUCKETS'] },
  ],
};
