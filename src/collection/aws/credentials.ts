import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { CollectorUnavailable } from '../collector-failure.js';
import type { Contact } from '../collector.js';
import { failureOf } from './failures.js';
import type { AwsSettings } from './settings.js';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

const connectTimeoutMs = 10_000;
const deadlineMs = 30_000;

/** The access key of the settings; undefined leaves it to the default chain of the SDK. */
export function staticCredentials({ accessKeyId, secretAccessKey, sessionToken }: AwsSettings): Credentials | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Assumes the role of the settings. The client that signs with it asks again when it is about to expire. */
export function assumedRole(settings: AwsSettings, { report, signal }: Contact): () => Promise<Credentials> {
  const { region, roleArn, externalId, stsEndpoint } = settings;
  const own = staticCredentials(settings);
  const secrets = [settings.secretAccessKey, settings.sessionToken].flatMap((secret) => secret ?? []);
  return async () => {
    const client = new STSClient({
      region,
      maxAttempts: 3,
      // Without the last one the SDK only warns of an answer that does not come.
      requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: deadlineMs, throwOnRequestTimeout: true },
      ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }),
      ...(own && { credentials: own }),
    });
    try {
      await report.call();
      const ask = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'headroom', ExternalId: externalId });
      const { Credentials: given } = await untilAborted(client.send(ask), AbortSignal.any([signal, AbortSignal.timeout(3 * deadlineMs)]));
      if (!given?.AccessKeyId || !given.SecretAccessKey) throw new CollectorUnavailable(`AWS STS gives no credentials of the role ${roleArn}`);
      return { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken, expiration: given.Expiration };
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error, 'AWS STS', secrets);
      if (failure !== error || failure instanceof CollectorUnavailable) throw failure;
      throw new CollectorUnavailable(`AWS STS cannot be asked for the role ${roleArn}: ${(error as Error).message}`, { cause: error });
    } finally {
      client.destroy();
    }
  };
}

/** The outcome, or the reason of the signal as soon as it aborts: finding credentials heeds no signal. */
export function untilAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
