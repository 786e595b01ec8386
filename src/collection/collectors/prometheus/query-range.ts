import { ask as askSource, jsonReadBy } from '../../http/source-client.js';
import { BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import { withoutSecrets } from '../../../platform/index.js';
import type { Contact } from '../../collector.js';
import { parseMatrix, type Points } from './matrix.js';
import type { PrometheusSettings } from './settings.js';

export type Labels = Readonly<Record<string, string>>;

/** One series of an answer, by column. */
export interface RangeSeries {
  labels: Labels;
  /** Milliseconds since 1970. */
  observedAtMs: Float64Array;
  values: Float64Array;
}

/** A range to evaluate an expression in: from `startMs`, then every `stepMs`, before `endMs`. */
export interface Range {
  startMs: number;
  endMs: number;
  stepMs: number;
  /** So much later than the instants of the range it is asked. */
  lookBackMs: number;
}

/** A series as it is sent, its points read into columns. */
interface SentSeries {
  metric: Labels;
  values: Points;
}

interface Answer {
  status: 'success' | 'error';
  data?: { resultType?: string; result?: SentSeries[] };
  error?: string;
  warnings?: string[];
  /** VictoriaMetrics: some of its nodes did not answer. */
  isPartial?: boolean;
}

/** Prometheus gives no more points of a series in one answer; one is left for an end that is included. */
const mostStepsOfSeries = 10_999;
/** So many points are some megabytes as JSON: enough to be quick, and little enough to hold. */
const wantedPoints = 100_000;
const firstSteps = 1_000;

/** What a server says when a question is too large for it, though not for another. */
const tooLarge = /maximum resolution|too many samples|too many points|more than -search\.max|exceeds? the limit|limit exceeded|query is too large|response.*too large/i;
/** What Prometheus says of the expression, not of the data that it found. */
const aboutExpression = /^PromQL (warning|info)/;

/**
 * Evaluates an expression over a range: in pieces that no server refuses and no memory minds, oldest first.
 *
 * Units   milliseconds since 1970, and milliseconds.
 * Throws  CollectorUnavailable, CollectorRejected with what the server says of the expression.
 * Source  https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export async function* queryRange(
  settings: PrometheusSettings,
  query: string,
  { startMs, endMs, stepMs, lookBackMs }: Range,
  contact: Contact,
): AsyncGenerator<RangeSeries[]> {
  let steps = firstSteps;
  for (let fromMs = startMs; fromMs < endMs; ) {
    const pieceSteps = Math.min(steps, Math.ceil((endMs - fromMs) / stepMs));
    const form = new URLSearchParams({
      query,
      start: `${(fromMs + lookBackMs) / 1_000}`,
      end: `${(fromMs + lookBackMs + (pieceSteps - 1) * stepMs) / 1_000}`,
      step: `${stepMs / 1_000}`,
      // VictoriaMetrics would round the range, and answer from a cache that late samples do not get into.
      nocache: '1',
    });
    const series = await ask(settings, 'query_range', form, contact, pieceSteps > 1);
    if (series === 'too large') {
      steps = Math.ceil(pieceSteps / 2);
      continue;
    }
    yield series.map((sent) => observedAt(sent, lookBackMs));
    fromMs += pieceSteps * stepMs;
    steps = Math.max(1, Math.min(mostStepsOfSeries, Math.floor(wantedPoints / Math.max(1, series.length))));
  }
}

function observedAt({ metric, values: { seconds, values } }: SentSeries, lookBackMs: number): RangeSeries {
  return { labels: metric, observedAtMs: seconds.map((at) => at * 1_000 - lookBackMs), values };
}

const matrix = jsonReadBy((text) => parseMatrix(text) as Answer);

/** How many series an expression has now. */
export async function seriesNow(settings: PrometheusSettings, query: string, contact: Contact): Promise<number> {
  const series = await ask(settings, 'query', new URLSearchParams({ query }), contact, false);
  return series.length;
}

async function ask(settings: PrometheusSettings, path: string, form: URLSearchParams, contact: Contact, canBeSplit: true | boolean): Promise<SentSeries[] | 'too large'>;
async function ask(settings: PrometheusSettings, path: string, form: URLSearchParams, contact: Contact, canBeSplit: false): Promise<SentSeries[]>;
async function ask(settings: PrometheusSettings, path: string, form: URLSearchParams, contact: Contact, canBeSplit: boolean): Promise<SentSeries[] | 'too large'> {
  const url = new URL(`${settings.url.replace(/\/+$/, '')}/api/v1/${path}`);
  const secrets = [settings.bearerToken, settings.password].flatMap((secret) => secret ?? []);
  const { status, body } = await askSource({ url, form, headers: headersOf(settings), secrets }, matrix, contact);
  if (status >= 400 || body?.status === 'error') {
    const said = withoutSecrets(body?.error ?? `status ${status}`, secrets).slice(0, 300);
    if (canBeSplit && tooLarge.test(said)) return 'too large';
    if (/timed? ?out|canceled/i.test(said)) throw new CollectorUnavailable(`${url.host} gave up: ${said}`);
    throw new CollectorRejected(`${url.host} refuses the query ${form.get('query')!.slice(0, 200)}: ${said}`);
  }
  const result = body?.data?.result;
  if (body?.status !== 'success' || !Array.isArray(result)) {
    throw new BadPayload(`${url.host} answered ${status} without a result`, JSON.stringify(body), secrets);
  }
  for (const warning of body.warnings ?? []) {
    const said = `${url.host}: ${withoutSecrets(warning, secrets)}`;
    if (aboutExpression.test(warning)) contact.report.notice(said);
    else contact.report.partial(said);
  }
  if (body.isPartial) contact.report.partial(`${url.host}: the answer is partial, not all of its nodes gave theirs`);
  return result;
}

function headersOf({ bearerToken, username, password, tenant }: PrometheusSettings): Record<string, string> {
  const basic = username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const authorization = bearerToken === undefined ? basic : `Bearer ${bearerToken}`;
  return { ...(authorization && { authorization }), ...(tenant && { 'x-scope-orgid': tenant }) };
}
