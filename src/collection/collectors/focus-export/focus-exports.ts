import type { Collector, WindowPolicy } from '../../collector.js';
import type { SettingSchema, SettingsSchema } from '../../../platform/index.js';
import type { AzureSettings } from './azure-store.js';
import { collectExport, describeExport } from './collect-export.js';
import { exportsFolderVariable, folderStore, type FolderSettings } from './folder-store.js';
import type { GoogleSettings } from './google-store.js';
import type { ObjectStore } from './object-store.js';
import type { S3Settings } from './s3-store.js';

interface ExportSettings {
  firstReach: string;
  currency?: string;
}

const common: Record<string, SettingSchema> = {
  firstReach: { type: 'string', format: 'duration', default: 'P13M', description: 'how far back the first run reads' },
  currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'the ISO 4217 currency of files that have no BillingCurrency column' },
};
const prefix: SettingSchema = { type: 'string', default: '', description: 'what the names of the files of one export begin with, such as finance/focus/' };
const bucket: SettingSchema = { type: 'string', minLength: 3, pattern: '^[a-z0-9][a-z0-9._-]*$', description: 'the name of the bucket' };

/** One collector for each kind of store, over one reader. The client of a provider is loaded by whoever reads from it. */
function exportCollector<Settings extends object>(
  name: string,
  description: string,
  schema: Pick<SettingsSchema, 'properties' | 'required' | 'dependentRequired' | 'examples'>,
  storeOf: (settings: Settings) => ObjectStore | Promise<ObjectStore>,
): Collector<Settings & ExportSettings> {
  return {
    name,
    description,
    settingsSchema: { type: 'object', additionalProperties: false, ...schema, properties: { ...schema.properties, ...common } },
    callLimits: { perRun: 20_000, perDay: null },
    // Months are reopened: whatever has changed is read again, and the window is for what never was.
    windowPolicy: ({ firstReach }): WindowPolicy => ({ firstReach, overlap: 'P1M', align: { start: 'P1M', end: 'P1D' }, delay: 'PT0S', step: null }),
    async *collect(settings, collection) {
      yield* collectExport(await storeOf(settings), settings.currency, collection);
    },
    test: async (settings, contact) => describeExport(await storeOf(settings), contact),
  };
}

export const focusS3 = exportCollector<S3Settings>(
  'focus-s3',
  'Charges from FOCUS exports in Amazon S3, or in what speaks its protocol.',
  {
    required: ['bucket', 'region'],
    dependentRequired: { accessKeyId: ['secretAccessKey'], secretAccessKey: ['accessKeyId'] },
    properties: {
      bucket,
      prefix,
      region: { type: 'string', minLength: 1, description: 'the region of the bucket, such as eu-central-1' },
      endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where another store that speaks the protocol of S3 is served' },
      accessKeyId: { type: 'string', minLength: 1, description: 'the access key; without one, the credentials of the machine count' },
      secretAccessKey: { type: 'string', writeOnly: true, minLength: 1, description: 'the secret of the access key' },
    },
    examples: [{ bucket: 'acme-billing', prefix: 'focus/', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9000', accessKeyId: 'a key', secretAccessKey: 'its secret' }, { bucket: 'acme-billing', region: 'eu-central-1' }],
  },
  async (settings) => (await import('./s3-store.js')).s3Store(settings),
);

export const focusAzure = exportCollector<AzureSettings>(
  'focus-azure',
  'Charges from FOCUS exports in Azure Blob Storage.',
  {
    required: ['endpoint', 'container'],
    dependentRequired: { accountName: ['accountKey'], accountKey: ['accountName'] },
    properties: {
      endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where the blobs of the account are served, such as https://acme.blob.core.windows.net' },
      container: { type: 'string', minLength: 3, pattern: '^[a-z0-9$][a-z0-9-]*$', description: 'the name of the container' },
      prefix,
      sasToken: { type: 'string', writeOnly: true, minLength: 1, description: 'a shared access signature that may list and read' },
      accountName: { type: 'string', minLength: 1, description: 'the name of the account, where its key is used' },
      accountKey: { type: 'string', writeOnly: true, minLength: 1, description: 'the key of the account, which may do everything: a signature is better' },
    },
    examples: [{ endpoint: 'http://127.0.0.1:10000/acme', container: 'billing', sasToken: 'sv=2024-11-04&sp=rl&sig=signature' }],
  },
  async (settings) => (await import('./azure-store.js')).azureStore(settings),
);

export const focusGoogle = exportCollector<GoogleSettings>(
  'focus-google',
  'Charges from FOCUS exports in Google Cloud Storage.',
  {
    required: ['bucket'],
    dependentRequired: { clientEmail: ['privateKey'], privateKey: ['clientEmail'] },
    properties: {
      bucket,
      prefix,
      endpoint: { type: 'string', format: 'uri', pattern: '^https?://', description: 'where another store that speaks the same protocol is served' },
      clientEmail: { type: 'string', minLength: 1, description: 'the client_email of a service account; without one, the credentials of the machine count' },
      privateKey: { type: 'string', writeOnly: true, minLength: 1, description: 'the private_key of the service account' },
    },
    examples: [{ bucket: 'acme-billing', prefix: 'focus/', endpoint: 'http://127.0.0.1:4443' }, { bucket: 'acme-billing' }],
  },
  async (settings) => (await import('./google-store.js')).googleStore(settings),
);

export const focusFolder = exportCollector<FolderSettings>(
  'focus-folder',
  'Charges from FOCUS exports in a folder that something else fills.',
  {
    required: ['folder'],
    properties: { folder: { type: 'string', minLength: 1, description: `the path of the folder, below the one that ${exportsFolderVariable} names` } },
    examples: [{ folder: 'aws/focus' }],
  },
  folderStore,
);
