import type { SettingSchema } from '../../platform/index.js';

/** How AWS is called, and as whom. */
export interface AwsSettings {
  region: string;
  endpoint?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  sessionToken?: string;
  roleArn?: string;
  externalId?: string;
  stsEndpoint?: string;
}

/** The settings of it, beside `region`, which every collector describes in its own words. @param service what is called at `endpoint` */
export function awsSettings(service: string): Readonly<Record<Exclude<keyof AwsSettings, 'region'>, SettingSchema>> {
  return {
    endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: `where ${service} is called, if not at the address of the region` },
    accessKeyId: { type: 'string', minLength: 1, description: 'the id of an access key; without one the default chain of the AWS SDK finds credentials' },
    secretAccessKey: { type: 'string', writeOnly: true, minLength: 1, description: 'the secret of that access key' },
    sessionToken: { type: 'string', writeOnly: true, minLength: 1, description: 'the session token of a temporary access key' },
    roleArn: { type: 'string', pattern: '^arn:[a-z-]+:iam::\\d{12}:role/.+$', description: 'the role to assume with those credentials, such as arn:aws:iam::123456789012:role/headroom' },
    externalId: { type: 'string', minLength: 2, description: 'the external id that the role asks for' },
    stsEndpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where roles are assumed, if not at the address of the region' },
  };
}

/** Which of them need others beside them. */
export const awsDependentRequired: Readonly<Record<string, readonly string[]>> = {
  accessKeyId: ['secretAccessKey'],
  secretAccessKey: ['accessKeyId'],
  sessionToken: ['accessKeyId'],
  externalId: ['roleArn'],
  stsEndpoint: ['roleArn'],
};
