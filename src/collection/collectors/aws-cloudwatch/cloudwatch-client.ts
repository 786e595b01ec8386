import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, type GetMetricDataCommandOutput, type ListMetricsCommandOutput, type Metric } from '@aws-sdk/client-cloudwatch';
import { AwsCalls } from '../../aws/aws-calls.js';
import { pagesOf } from '../../aws/pages.js';
import { BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import type { Contact } from '../../collector.js';
import type { DailySizes } from './daily-sizes.js';
import type { CloudWatchSettings } from './settings.js';

export const mostMetricsOfQuestion = 500;
const daySeconds = 86_400;
const service = 'AWS CloudWatch';

/** A metric that CloudWatch has. */
export interface ListedMetric {
  metric: Metric;
  dimensions: Readonly<Record<string, string>>;
}

/** CloudWatch, page by page. A thousand metrics asked for, or a thousand lists, cost a cent. */
export class CloudWatch {
  private readonly calls: AwsCalls;
  private readonly client: CloudWatchClient;

  constructor(settings: CloudWatchSettings, private readonly contact: Contact) {
    this.calls = new AwsCalls({ name: service, costUsdOf }, settings, contact);
    this.client = new CloudWatchClient({ ...this.calls.configuration, ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }) });
  }

  /** The metrics of a name that had values in the last two weeks. @throws CollectorUnavailable, CollectorRejected */
  async *metrics(namespace: string, name: string): AsyncGenerator<ListedMetric[]> {
    const pages = pagesOf<ListMetricsCommandOutput>(service, {
      ask: (token) => this.calls.ask(() => this.client.send(new ListMetricsCommand({ Namespace: namespace, MetricName: name, NextToken: token }))),
      beginsAgain: true,
      tokenOf: ({ NextToken: token }) => token,
      isEmpty: ({ Metrics: metrics }) => metrics?.length === 0,
    });
    for await (const page of pages) {
      if (page.Metrics !== undefined && !Array.isArray(page.Metrics)) throw new BadPayload(`${service} answered without metrics`, JSON.stringify(page));
      yield (page.Metrics ?? []).map((metric) => ({
        metric,
        dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name: dimension, Value: value }) => [dimension ?? '', value ?? ''])),
      }));
    }
  }

  /**
   * The mean of each day of each metric, `mostMetricsOfQuestion` of them at most. Both bounds are whole days.
   *
   * @throws CollectorUnavailable for what may pass, two values of one day included; CollectorRejected
   */
  async dailyMeans(metrics: readonly ListedMetric[], startMs: number, endMs: number): Promise<DailySizes[]> {
    const question = {
      StartTime: new Date(startMs),
      EndTime: new Date(endMs),
      ScanBy: 'TimestampAscending' as const,
      MetricDataQueries: metrics.map(({ metric }, index) => ({ Id: `m${index}`, MetricStat: { Metric: metric, Period: daySeconds, Stat: 'Average' } })),
    };
    const means = metrics.map(() => new Map<number, number>());
    const statuses = new Map<number, string>();
    const pages = pagesOf<GetMetricDataCommandOutput>(service, {
      ask: (token) => this.calls.ask(() => this.client.send(new GetMetricDataCommand({ ...question, NextToken: token }))),
      beginsAgain: true,
      tokenOf: ({ NextToken: token }) => token,
      isEmpty: ({ MetricDataResults: results }) => results?.length === 0,
    });
    for await (const page of pages) {
      if (!Array.isArray(page.MetricDataResults)) throw new BadPayload(`${service} answered without results`, JSON.stringify(page));
      for (const { Code: code, Value: value } of page.Messages ?? []) this.contact.report.partial(`${service}: ${code}: ${value}`);
      for (const { Id: id, StatusCode: status, Timestamps: times = [], Values: values = [] } of page.MetricDataResults) {
        const index = /^m\d+$/.test(id ?? '') ? Number(id!.slice(1)) : NaN;
        const mean = means[index];
        if (mean === undefined || times.length !== values.length) throw new BadPayload(`${service} gives values that do not go with what was asked`, JSON.stringify(page));
        if (status === 'InternalError') throw new CollectorUnavailable(`${service} failed inside, and says so of a metric`);
        if (status === 'Forbidden') throw new CollectorRejected(`${service} refuses a metric of ${metrics[index]!.metric.Namespace}: the rights are not enough`);
        statuses.set(index, status ?? '');
        for (const [at, time] of times.entries()) note(mean, time.getTime(), values[at]!);
      }
    }
    if ([...statuses.values()].includes('PartialData')) this.contact.report.partial(`${service} has given a part of the data of some metrics`);
    return means;
  }
}

/** A page that comes twice says the same twice, and counts once. */
function note(mean: Map<number, number>, ms: number, value: number): void {
  if (mean.has(ms) && mean.get(ms) !== value) throw new CollectorUnavailable(`${service} gives two values of one metric for ${new Date(ms).toISOString()}: the run is done again`);
  mean.set(ms, value);
}

/** A cent for a thousand metrics, or for a thousand calls that ask for none. */
function costUsdOf(body: string): string {
  const { MetricDataQueries: queries } = JSON.parse(body) as { MetricDataQueries?: unknown[] };
  return ((queries?.length ?? 1) / 100_000).toFixed(5);
}
