import type { GetMetricDataCommandInput, ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { json, SourceServer, type Asked, type Behaviour } from './source-server.js';

/** A metric with a value for some days, such as `2026-11-01`: the truth that the server answers from. */
export interface DailyMetric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  days: Record<string, number>;
}

export interface ServedVolume {
  id: string;
  gib: number | null;
  state?: string;
  tags?: Readonly<Record<string, string>>;
  createdAt?: string;
}

interface DataPage {
  MetricDataResults: { Id: string; Label?: string; StatusCode: string; Timestamps: number[]; Values: number[] }[];
  NextToken?: string;
  Messages?: { Code: string; Value: string }[];
}

const target = 'GraniteServiceVersion20100801.';
const dayMs = 86_400_000;

/**
 * AWS CloudWatch by its JSON protocol and EC2 by its query protocol, as one local server: lists and values in
 * pages, 500 metrics a question and so many values a page at most. It misbehaves at the calls that a test names.
 */
export class CloudWatchServer {
  metrics: DailyMetric[] = [];
  volumes: ServedVolume[] = [];
  metricsOfPage = 500;
  valuesOfPage = 100_800;
  volumesOfPage = 500;
  /** What a call gets in place of its answer, by its number from 1. */
  instead: (call: number, asked: Asked) => Behaviour | null = () => null;
  /** Changes a page of values before it is sent. */
  bend: (page: DataPage, call: number) => DataPage = (page) => page;

  private constructor(
    private readonly server: SourceServer,
    /** What its clock says. */
    public now: string,
  ) {}

  static async start(now: string): Promise<CloudWatchServer> {
    const server = await SourceServer.start();
    const cloudWatch = new CloudWatchServer(server, now);
    server.answer((asked, response) => {
      response.setHeader('date', new Date(cloudWatch.now).toUTCString());
      return cloudWatch.answer(asked)(asked, response);
    });
    return cloudWatch;
  }

  get url(): string {
    return this.server.url;
  }

  get requests(): Asked[] {
    return this.server.requests;
  }

  /** Calls of one operation, such as `GetMetricData`. */
  callsOf(operation: string): Asked[] {
    return this.requests.filter((asked) => operationOf(asked) === operation);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  static refusal(name: string, message = 'a reason'): Behaviour {
    return json({ __type: `com.amazonaws.cloudwatch#${name}`, message }, 400, { 'content-type': 'application/x-amz-json-1.0' });
  }

  static refusalOfVolumes(status: number, code: string, message = 'a reason'): Behaviour {
    return xml(`<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>1</RequestID></Response>`, status);
  }

  private answer(asked: Asked): Behaviour {
    const call = this.requests.length;
    const instead = this.instead(call, asked);
    if (instead) return instead;
    switch (operationOf(asked)) {
      case 'ListMetrics':
        return this.list(JSON.parse(asked.body) as ListMetricsCommandInput);
      case 'GetMetricData':
        return this.data(JSON.parse(asked.body) as Omit<GetMetricDataCommandInput, 'StartTime' | 'EndTime'> & { StartTime: number; EndTime: number }, call);
      case 'DescribeVolumes':
        return this.describe(new URLSearchParams(asked.body));
      default:
        return CloudWatchServer.refusal('UnknownOperationException');
    }
  }

  private list({ Namespace: namespace, MetricName: name, NextToken: token }: ListMetricsCommandInput): Behaviour {
    const found = this.metrics.filter((metric) => metric.namespace === namespace && metric.name === name);
    const from = Number(token ?? 0);
    const to = from + this.metricsOfPage;
    const Metrics = found.slice(from, to).map(({ dimensions }) => ({ Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }));
    return answered({ Metrics, ...(to < found.length && { NextToken: String(to) }) });
  }

  /** Values come metric by metric, and a metric goes on in the next page where there is no room. */
  private data({ MetricDataQueries: queries = [], StartTime: start, EndTime: end, NextToken: token }: { MetricDataQueries?: GetMetricDataCommandInput['MetricDataQueries']; StartTime: number; EndTime: number; NextToken?: string }, call: number): Behaviour {
    if (queries.length > 500) return CloudWatchServer.refusal('ValidationException', 'at most 500 metrics');
    if (start % 86_400 !== 0) return CloudWatchServer.refusal('ValidationException', 'a day begins at midnight');
    const from = Number(token ?? 0);
    const to = from + this.valuesOfPage;
    let at = 0;
    const results: DataPage['MetricDataResults'] = [];
    for (const { Id: id, MetricStat: stat } of queries) {
      const points = this.pointsOf(stat!.Metric!, start * 1_000, end * 1_000);
      const [first, last] = [Math.max(0, from - at), Math.min(points.length, to - at)];
      const isWhole = at + points.length <= to;
      const within = points.slice(first, Math.max(first, last));
      if (within.length > 0 || (points.length === 0 && from === 0)) {
        results.push({ Id: id!, StatusCode: isWhole ? 'Complete' : 'PartialData', Timestamps: within.map(([ms]) => ms / 1_000), Values: within.map(([, value]) => value) });
      }
      at += points.length;
    }
    return answered(this.bend({ MetricDataResults: results, ...(to < at && { NextToken: String(to) }) }, call));
  }

  private pointsOf({ Namespace: namespace, MetricName: name, Dimensions: dimensions = [] }: { Namespace?: string; MetricName?: string; Dimensions?: { Name?: string; Value?: string }[] }, startMs: number, endMs: number): [number, number][] {
    const known = this.metrics.find((metric) => metric.namespace === namespace && metric.name === name && dimensions.length === Object.keys(metric.dimensions).length && dimensions.every(({ Name, Value }) => metric.dimensions[Name!] === Value));
    return Object.entries(known?.days ?? {})
      .map(([day, value]): [number, number] => [Date.parse(day), value])
      .filter(([ms]) => ms >= startMs && ms < endMs && ms + dayMs > startMs)
      .toSorted(([left], [right]) => left - right);
  }

  private describe(question: URLSearchParams): Behaviour {
    const from = Number(question.get('NextToken') ?? 0);
    const to = from + Math.min(this.volumesOfPage, Number(question.get('MaxResults')));
    const items = this.volumes.slice(from, to).map(({ id, gib, state = 'in-use', tags = {}, createdAt = '2026-01-01T00:00:00.000Z' }) => {
      const tagSet = Object.entries(tags).map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`).join('');
      return `<item><volumeId>${id}</volumeId>${gib === null ? '' : `<size>${gib}</size>`}<status>${state}</status><volumeType>gp3</volumeType><createTime>${createdAt}</createTime><tagSet>${tagSet}</tagSet></item>`;
    });
    const next = to < this.volumes.length ? `<nextToken>${to}</nextToken>` : '';
    return xml(`<?xml version="1.0" encoding="UTF-8"?>\n<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><volumeSet>${items.join('')}</volumeSet>${next}</DescribeVolumesResponse>`);
  }
}

function operationOf({ headers, body }: Asked): string {
  const json = headers['x-amz-target'];
  return typeof json === 'string' ? json.slice(target.length) : (new URLSearchParams(body).get('Action') ?? '');
}

const answered = (body: unknown): Behaviour => json(body, 200, { 'content-type': 'application/x-amz-json-1.0' });
const xml = (body: string, status = 200): Behaviour => (_, response) => void response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
