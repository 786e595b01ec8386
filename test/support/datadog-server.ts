import { json, SourceServer, type Asked, type Behaviour } from './source-server.js';

/** What was observed of one metric of one thing: the truth that the server answers from. Null is nothing. */
export interface DatadogSeries {
  metric: string;
  tags: Readonly<Record<string, string>>;
  /** Asked for every five minutes. */
  valueAt(ms: number): number | null;
}

type Values = Map<string, (number | null)[]>;
interface Span {
  fromMs: number;
  toMs: number;
}

const sampleMs = 300_000;
const term = /(?:avg|sum|min|max):([\w.]+)\{([^}]*)\}(?: by \{([^}]*)\})?((?:\.\w+\([^)]*\))*)/g;

/**
 * Datadog as a local server: the query interfaces of both versions, rolled up and grouped, with arithmetic.
 * It takes a longer interval where there would be more than `mostPoints`, and joins gaps unless it is
 * told not to, as Datadog does. It misbehaves at the calls that a test names.
 */
export class DatadogServer {
  series: DatadogSeries[] = [];
  mostPoints = 1_500;
  /** Whether steps that nothing is known of are answered, as null. */
  tellsEmptySteps = true;
  /** No values are kept for less than this, whatever is asked. */
  finestSeconds = 1;
  readonly keys = { 'dd-api-key': 'api-sesame-4711', 'dd-application-key': 'application-sesame-4712' };
  /** What a call gets in place of its answer, by its number from 1. */
  instead: (call: number, asked: Asked) => Behaviour | null = () => null;

  private constructor(private readonly server: SourceServer) {}

  static async start(): Promise<DatadogServer> {
    const server = await SourceServer.start();
    const datadog = new DatadogServer(server);
    server.answer((asked, response) => datadog.answer(asked)(asked, response));
    return datadog;
  }

  get url(): string {
    return this.server.url;
  }

  get requests(): Asked[] {
    return this.server.requests;
  }

  /** The metric queries that came, of either version. */
  get queries(): string[] {
    return this.requests.flatMap(({ path, body }) => {
      if (body === '') return [new URL(path, this.url).searchParams.get('query') ?? ''];
      return (JSON.parse(body) as { data: { attributes: { queries: { query: string }[] } } }).data.attributes.queries.map(({ query }) => query);
    });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(asked: Asked): Behaviour {
    const instead = this.instead(this.requests.length, asked);
    if (instead) return instead;
    if (Object.entries(this.keys).some(([header, key]) => asked.headers[header] !== key)) return json({ errors: ['Forbidden'] }, 403);
    const url = new URL(asked.path, this.url);
    if (asked.method === 'GET' && url.pathname === '/api/v1/query') return this.answerV1(url.searchParams);
    if (asked.method === 'POST' && url.pathname === '/api/v2/query/timeseries') return this.answerV2(asked.body);
    return json({ errors: ['Not found'] }, 404);
  }

  private answerV1(question: URLSearchParams): Behaviour {
    const span = { fromMs: Number(question.get('from')) * 1_000, toMs: Number(question.get('to')) * 1_000 };
    const terms: string[] = [];
    const formula = question.get('query')!.replace(term, (text) => `query${terms.push(text) - 1}`);
    if (terms.length === 0) return json({ status: 'error', error: `Error parsing query: ${question.get('query')}`, series: [] }, 400);
    const { values, times, intervalMs } = this.evaluated(terms, formula, span);
    const series = [...values].map(([tags, points]) => ({ tag_set: tags === '' ? [] : tags.split(','), interval: intervalMs / 1_000, pointlist: points.map((value, index) => [times[index], value]) }));
    return json({ status: 'ok', resp_version: 1, series });
  }

  private answerV2(body: string): Behaviour {
    const { from, to, interval, queries, formulas } = (JSON.parse(body) as { data: { attributes: { from: number; to: number; interval: number; queries: { name: string; query: string }[]; formulas: { formula: string }[] } } }).data.attributes;
    if (queries.some(({ query }) => [...query.matchAll(term)].length !== 1)) return json({ errors: ['Invalid query: one metric is needed'] }, 400);
    const { values, times } = this.evaluated(queries.map(({ query }) => query), formulas[0]!.formula, { fromMs: from, toMs: to }, interval);
    const series = [...values.keys()].map((tags) => ({ group_tags: tags === '' ? [] : tags.split(','), query_index: 0 }));
    return json({ data: { type: 'timeseries_response', attributes: { series, times, values: [...values.values()] } } });
  }

  private evaluated(terms: string[], formula: string, { fromMs, toMs }: Span, givenMs = 0): { values: Values; times: number[]; intervalMs: number } {
    const askedMs = Math.max(givenMs, this.finestSeconds * 1_000, ...terms.map((text) => Number(/\.rollup\(\w+, (\d+)\)/.exec(text)?.[1] ?? 0) * 1_000));
    let intervalMs = askedMs;
    while ((toMs - fromMs) / intervalMs > this.mostPoints) intervalMs *= 2;
    const times: number[] = [];
    // The end is included, as far as there are values of it.
    for (let at = Math.floor(fromMs / intervalMs) * intervalMs; at <= toMs; at += intervalMs) times.push(at);
    const values = evaluate(formula, terms.map((text) => this.termValues(text, times, intervalMs)));
    const isTold = times.map((_, index) => this.tellsEmptySteps || [...values.values()].some((points) => points[index] !== null));
    const told = <Item>(items: Item[]) => items.filter((_, index) => isTold[index]);
    return { values: new Map([...values].map(([tags, points]) => [tags, told(points)])), times: told(times), intervalMs };
  }

  private termValues(text: string, times: readonly number[], intervalMs: number): Values {
    const [, metric, scope, by = '', functions = ''] = [...text.matchAll(term)][0]!;
    const aggregator = /\.rollup\((\w+)/.exec(functions)?.[1] ?? 'avg';
    const fill = /\.fill\((\w+)/.exec(functions)?.[1] ?? 'linear';
    const keys = by.split(',').filter((key) => key !== '');
    const wanted = this.series.filter((series) => series.metric === metric && (scope === '*' || scope!.split(',').every((pair) => series.tags[pair.split(':')[0]!] === pair.split(':')[1])));
    const groups = Map.groupBy(wanted, ({ tags }) => keys.map((key) => `${key}:${tags[key] ?? 'N/A'}`).toSorted().join(','));
    return new Map([...groups].map(([tags, grouped]) => [tags, filled(times.map((at) => rolledUp(grouped, at, intervalMs, aggregator)), fill)]));
  }
}

function rolledUp(grouped: readonly DatadogSeries[], at: number, intervalMs: number, aggregator: string): number | null {
  const values: number[] = [];
  for (let ms = at; ms < at + intervalMs; ms += sampleMs) for (const { valueAt } of grouped) values.push(...[valueAt(ms)].flatMap((value) => value ?? []));
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  return { max: Math.max(...values), min: Math.min(...values), sum, count: values.length }[aggregator] ?? sum / values.length;
}

/** Gaps become zeros, or what was there last; only null leaves them. */
function filled(values: (number | null)[], method: string): (number | null)[] {
  let last = 0;
  return values.map((value) => {
    last = value ?? last;
    return value ?? (method === 'null' ? null : method === 'zero' ? 0 : last);
  });
}

function evaluate(formula: string, terms: readonly Values[]): Values {
  const cut = /^(cutoff_min|cutoff_max)\((.*), ([\d.]+)\)$/.exec(formula);
  if (cut) {
    const [, name, inner, limit] = cut;
    const isCut = (value: number) => (name === 'cutoff_min' ? value < Number(limit) : value > Number(limit));
    return new Map([...evaluate(inner!, terms)].map(([tags, values]) => [tags, values.map((value) => (value === null || isCut(value) ? null : value))]));
  }
  const [left, sign, right] = formula.split(/ ([+-]) /);
  const one = terms[Number(left!.replace('query', ''))]!;
  if (right === undefined) return one;
  const other = evaluate(right, terms);
  return new Map([...one].map(([tags, values]) => [tags, values.map((value, index) => {
    const second = other.get(tags)?.[index] ?? null;
    return value === null || second === null ? null : sign === '+' ? value + second : value - second;
  })]));
}
