import type { Collector } from '../../collector.js';
import { CloudWatch } from './cloudwatch-client.js';
import { settingsSchema, type CloudWatchSettings } from './settings.js';
import { contextDays, measures, sizesOf } from './stored-sizes.js';

const dayMs = 86_400_000;
/** The client of EC2 takes 50 MB, which nobody needs who asks for no volumes. */
const ec2 = () => import('./volumes.js');

/**
 * How much AWS stores: bytes and objects of S3 buckets and bytes of EFS file systems by CloudWatch, once a
 * day, and how large EBS volumes are by EC2. How much of a volume is used, AWS does not know.
 *
 * Unit    GiB and objects; a value is of the day that begins at its instant.
 * Throws  CollectorUnavailable for what may pass; CollectorRejected for credentials and rights.
 * Source  https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html,
 *         https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html,
 *         https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
export const awsCloudWatch: Collector<CloudWatchSettings> = {
  name: 'aws-cloudwatch',
  description: 'Sizes of S3 buckets, EFS file systems and EBS volumes of AWS, from CloudWatch and EC2.',
  settingsSchema,
  // 200 questions of 500 metrics are a dollar.
  callLimits: { perRun: 1_000, perDay: 200 },

  windowPolicy: ({ firstReach, overlap }) => ({ firstReach, overlap, align: { start: 'P1D', end: 'PT1H' }, delay: 'PT0S', step: null }),

  async *collect(settings, { window, ...contact }) {
    const cloudWatch = new CloudWatch(settings, contact);
    for (const measure of measures.filter(({ storage }) => settings.storage.includes(storage))) {
      yield* sizesOf(cloudWatch, measure, settings.region, window, contact);
    }
    if (settings.storage.includes('VOLUMES')) yield* (await ec2()).volumesOf(settings, window, contact);
  },

  async test(settings, { now, ...contact }) {
    const cloudWatch = new CloudWatch(settings, contact);
    const said: string[] = [];
    for (const measure of measures.filter(({ storage }) => settings.storage.includes(storage))) {
      const { value: listed } = await cloudWatch.metrics(measure.namespace, measure.name).next();
      const today = Math.floor(now.getTime() / dayMs) * dayMs;
      if (listed?.[0]) await cloudWatch.dailyMeans([listed[0]], today - contextDays * dayMs, today);
      said.push(`${listed?.length ?? 0} of ${measure.name}`);
    }
    if (settings.storage.includes('VOLUMES')) {
      const { Volumes } = await ec2();
      const { value: volumes } = await new Volumes(settings, contact).all().next();
      said.push(`${volumes?.length ?? 0} volumes`);
    }
    return `AWS answers in ${settings.region}, on the first page of each: ${said.join(', ')}`;
  },
};
