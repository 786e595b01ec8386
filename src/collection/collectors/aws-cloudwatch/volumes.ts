import { DescribeVolumesCommand, EC2Client, type DescribeVolumesCommandOutput, type Volume } from '@aws-sdk/client-ec2';
import { ServiceCategory } from '../../../access/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import { UsageMetric } from '../../../usage/index.js';
import { AwsCalls } from '../../aws/aws-calls.js';
import { pagesOf } from '../../aws/pages.js';
import type { Contact, Observations, Window } from '../../collector.js';
import { xmlText } from '../../http/source-client.js';
import type { CloudWatchSettings } from './settings.js';
import { providerName } from './stored-sizes.js';

/** EC2 gives no more in one page. */
const volumesOfPage = 500;
const service = 'Amazon EC2';

/** What EC2 knows of EBS volumes. Asking costs nothing. */
export class Volumes {
  private readonly calls: AwsCalls;
  private readonly client: EC2Client;

  constructor(settings: CloudWatchSettings, contact: Contact) {
    this.calls = new AwsCalls({ name: service, format: xmlText }, settings, contact);
    this.client = new EC2Client({ ...this.calls.configuration, ...(settings.ec2Endpoint !== undefined && { endpoint: settings.ec2Endpoint }) });
  }

  /** When the last page was given, by the clock of EC2; null where it does not say. */
  get answeredAt(): Date | null {
    return this.calls.answeredAt;
  }

  /** Every volume that there is, page by page. @throws CollectorUnavailable, CollectorRejected */
  async *all(): AsyncGenerator<Volume[]> {
    const pages = pagesOf<DescribeVolumesCommandOutput>(service, {
      ask: (token) => this.calls.ask(() => this.client.send(new DescribeVolumesCommand({ MaxResults: volumesOfPage, NextToken: token }))),
      beginsAgain: true,
      tokenOf: ({ NextToken: token }) => token,
      isEmpty: ({ Volumes: volumes }) => (volumes ?? []).length === 0,
    });
    for await (const { Volumes: volumes } of pages) yield (volumes ?? []).filter(({ State: state }) => state !== 'deleting' && state !== 'deleted');
  }
}

/** What EC2 says now holds for a window that ended lately, and for no other. */
const longestAgoMs = 86_400_000;

/** Every volume with its size, as it is at the end of the window. How much of it is used, AWS does not know. */
export async function* volumesOf(settings: CloudWatchSettings, window: Window, { signal, report, pause }: Contact): AsyncGenerator<Observations> {
  const volumes = new Volumes(settings, { signal, report, pause });
  const endMs = window.end.getTime();
  const known = new Set<string>();
  for await (const page of volumes.all()) {
    signal.throwIfAborted();
    if ((volumes.answeredAt?.getTime() ?? endMs) - endMs > longestAgoMs) {
      report.notice('how large volumes were is not known of the past: EC2 says how large they are now');
      return;
    }
    const fresh = page.filter(({ VolumeId: id }) => id && !known.has(id) && known.add(id));
    const sized = fresh.filter(({ Size: size }) => size);
    report.refuse('volumes without a size', fresh.length - sized.length);
    if (sized.length === 0) continue;
    yield { kind: 'resources', rows: sized.map((volume) => resourceOf(volume, settings.region, window)) };
    yield { kind: 'capacities', rows: sized.map(({ VolumeId: id, Size: size }) => ({ providerName, resourceId: id!, metric: UsageMetric.STORAGE, observedAtMs: [endMs], values: [size!] })) };
  }
}

function resourceOf({ VolumeId: id, VolumeType: type, CreateTime: createdAt, Tags: tags = [] }: Volume, region: string, { end }: Window): ResourceDescription {
  const tagged = Object.fromEntries(tags.flatMap(({ Key: key, Value: value }) => (key === undefined ? [] : [[key, value ?? null]])));
  return {
    providerName,
    resourceId: id!,
    resourceName: tagged.Name || null,
    resourceType: type === undefined ? 'Volume' : `Volume ${type}`,
    serviceName: 'Amazon Elastic Block Store',
    serviceCategory: ServiceCategory.STORAGE,
    regionId: region,
    subAccountId: null,
    tags: tagged,
    gpu: null,
    firstSeenAt: (createdAt && createdAt < end ? createdAt : end).toISOString(),
    lastSeenAt: end.toISOString(),
  };
}
