import type { Expression, GetCostAndUsageCommandInput, GetCostForecastCommandInput, ResultByTime } from '@aws-sdk/client-cost-explorer';
import { exactSum } from './exact-sum.js';
import { json, SourceServer, type Asked, type Behaviour } from './source-server.js';

/** What the account was charged on one day for one thing: the truth that the server answers from. */
export interface CostLine {
  /** Such as `2026-11-01`. */
  day: string;
  service: string;
  account: string;
  recordType: string;
  team: string;
  unblended: string;
  amortized: string;
  netAmortized: string;
}

type Page = { ResultsByTime: ResultByTime[]; NextPageToken?: string };

const target = 'AWSInsightsIndexService.';

/**
 * AWS Cost Explorer as a local server: the AWS JSON 1.1 protocol, two keys at most, pages of a number
 * of groups, the exclusive end, the refusals of dates. It answers from `lines`, which a test may
 * restate at any time, and misbehaves at the calls that a test names.
 */
export class CostExplorerServer {
  lines: CostLine[] = [];
  /** From this day on results are estimated. */
  estimatedFrom = '9999';
  groupsOfPage = 500;
  currency = 'USD';
  forecast: { mean: string; lower: string; upper: string } | null = null;
  /** Called before each answer is made, with the number of the call from 1. */
  onCall: (call: number) => void = () => undefined;
  /** What a call gets in place of its answer. */
  instead: (call: number, asked: Asked) => Behaviour | null = () => null;
  /** Changes a page before it is sent. */
  bend: (page: Page, call: number) => Page = (page) => page;

  private constructor(
    private readonly server: SourceServer,
    /** The day after which nothing may be asked for but the rest of its month. */
    readonly today: string,
  ) {}

  static async start(today: string): Promise<CostExplorerServer> {
    const server = await SourceServer.start();
    const explorer = new CostExplorerServer(server, today);
    server.answer((asked, response) => explorer.answer(asked)(asked, response));
    return explorer;
  }

  get url(): string {
    return this.server.url;
  }

  get requests(): Asked[] {
    return this.server.requests;
  }

  /** Calls of one operation, such as `GetCostForecast`. */
  callsOf(operation: string): number {
    return this.requests.filter(({ headers }) => headers['x-amz-target'] === `${target}${operation}`).length;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** What the lines add up to, to the digit. */
  total(cost: 'unblended' | 'amortized' | 'netAmortized', within = ''): string {
    return exactSum(this.lines.filter(({ day }) => day.startsWith(within)).map((line) => line[cost]));
  }

  static refusal(name: string, message = 'a reason'): Behaviour {
    return json({ __type: name, Message: message, message }, 400, { 'content-type': 'application/x-amz-json-1.1' });
  }

  private answer(asked: Asked): Behaviour {
    const call = this.requests.length;
    this.onCall(call);
    const instead = this.instead(call, asked);
    if (instead) return instead;
    const operation = String(asked.headers['x-amz-target']).slice(target.length);
    const input: unknown = JSON.parse(asked.body);
    if (operation === 'GetCostForecast') return this.forecastOf(input as GetCostForecastCommandInput);
    if (operation !== 'GetCostAndUsage') return CostExplorerServer.refusal('UnknownOperationException');
    return this.costAndUsage(input as GetCostAndUsageCommandInput, call);
  }

  private costAndUsage(input: GetCostAndUsageCommandInput, call: number): Behaviour {
    const { TimePeriod: period, GroupBy: groupBy = [], Granularity: granularity, NextPageToken: token } = input;
    const [start, end] = [period!.Start!, period!.End!];
    const nextMonth = monthAfter(this.today.slice(0, 7));
    if (start >= end) return CostExplorerServer.refusal('ValidationException', 'Start date (and hour) should be before end date (and hour)');
    if (end > `${nextMonth}-01`) return CostExplorerServer.refusal('ValidationException', 'end date past the beginning of next month');
    if (groupBy.length > 2) return CostExplorerServer.refusal('ValidationException', 'at most two GroupBy keys');
    const from = Number(token?.split('#')[1] ?? 0);
    const lines = this.lines.filter((line) => line.day >= start && line.day < end && matches(input.Filter, line));
    const results = granularity === 'MONTHLY' ? this.monthly(lines, start, end) : this.daily(lines, start, end, groupBy);
    const { page, next } = sliced(results, from, this.groupsOfPage);
    const body: Page = { ResultsByTime: page, ...(next !== null && { NextPageToken: `page#${next}#${'x'.repeat(200)}` }) };
    return json(this.bend(body, call), 200, { 'content-type': 'application/x-amz-json-1.1' });
  }

  private daily(lines: CostLine[], start: string, end: string, groupBy: NonNullable<GetCostAndUsageCommandInput['GroupBy']>): ResultByTime[] {
    return daysBetween(start, end).map((day) => {
      const groups = Map.groupBy(lines.filter((line) => line.day === day), (line) => JSON.stringify(groupBy.map(({ Type, Key }) => valueOf(line, Type!, Key!))));
      return {
        TimePeriod: { Start: day, End: dayAfter(day) },
        Total: {},
        Groups: [...groups].map(([keys, grouped]) => ({ Keys: JSON.parse(keys) as string[], Metrics: this.metricsOf(grouped) })),
        Estimated: day >= this.estimatedFrom,
      };
    });
  }

  private monthly(lines: CostLine[], start: string, end: string): ResultByTime[] {
    const results: ResultByTime[] = [];
    for (let month = start.slice(0, 7); `${month}-01` < end; month = monthAfter(month)) {
      const Total = this.metricsOf(lines.filter(({ day }) => day.startsWith(month)));
      results.push({ TimePeriod: { Start: `${month}-01`, End: `${monthAfter(month)}-01` }, Total, Groups: [], Estimated: month >= this.estimatedFrom.slice(0, 7) });
    }
    return results;
  }

  private metricsOf(lines: CostLine[]) {
    const sum = (cost: 'unblended' | 'amortized' | 'netAmortized') => ({ Amount: exactSum(lines.map((line) => line[cost])), Unit: this.currency });
    return { UnblendedCost: sum('unblended'), AmortizedCost: sum('amortized'), NetAmortizedCost: sum('netAmortized') };
  }

  private forecastOf({ TimePeriod: period }: GetCostForecastCommandInput): Behaviour {
    if (this.forecast === null) return CostExplorerServer.refusal('DataUnavailableException', 'Insufficient amount of historical data to generate forecast');
    const { mean, lower, upper } = this.forecast;
    const ForecastResultsByTime = daysBetween(period!.Start!, period!.End!).map((day) => ({
      TimePeriod: { Start: day, End: dayAfter(day) },
      MeanValue: mean,
      PredictionIntervalLowerBound: lower,
      PredictionIntervalUpperBound: upper,
    }));
    return json({ Total: { Amount: mean, Unit: this.currency }, ForecastResultsByTime });
  }
}

/** A page goes on to the next result while there is room for groups, and breaks days where there is none. */
function sliced(results: ResultByTime[], from: number, most: number): { page: ResultByTime[]; next: number | null } {
  const page: ResultByTime[] = [];
  let at = 0;
  for (const result of results) {
    const groups = result.Groups ?? [];
    const size = Math.max(1, groups.length);
    const [first, last] = [Math.max(0, from - at), Math.min(size, from + most - at)];
    if (first < last) page.push({ ...result, Groups: groups.slice(first, last) });
    at += size;
  }
  return { page, next: from + most < at ? from + most : null };
}

function valueOf(line: CostLine, type: string, key: string): string {
  if (type === 'TAG') return `${key}$${key === 'team' ? line.team : ''}`;
  const values: Record<string, string> = { SERVICE: line.service, LINKED_ACCOUNT: line.account, RECORD_TYPE: line.recordType, REGION: 'eu-central-1' };
  return values[key] ?? `No${key}`;
}

function matches(filter: Expression | undefined, line: CostLine): boolean {
  if (filter === undefined) return true;
  if (filter.Not) return !matches(filter.Not, line);
  return filter.Dimensions!.Values!.includes(valueOf(line, 'DIMENSION', filter.Dimensions!.Key!));
}

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

function daysBetween(start: string, end: string): string[] {
  const days: string[] = [];
  for (let day = start; day < end; day = dayAfter(day)) days.push(day);
  return days;
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
