import type { SettingSchema } from '../platform/index.js';

/** An address that messages are posted to. It is read back, and so it may hold no credentials before an @. */
export function addressSetting(description: string, example?: { default: string }): SettingSchema {
  return { type: 'string', format: 'uri', pattern: '^https?://[^@\\\\]+$', description, ...example };
}

export const caCertificateSetting: SettingSchema = {
  type: 'string',
  pattern: '^-----BEGIN CERTIFICATE-----',
  description: 'the authority that its certificate is signed by, as PEM, where that is not one of the public ones',
};
