import { BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import { withoutSecrets } from '../../../platform/index.js';
import type { Contact } from '../../collector.js';
import { askJson, type SourceRequest } from '../../http/source-client.js';
import { expressionOf, type Expression } from './expression.js';
import type { DatadogSettings } from './settings.js';

/** One series: its tags, and what was observed of it. What was not has no entry. */
export interface Series {
  tags: Readonly<Record<string, string>>;
  timesMs: readonly number[];
  values: readonly number[];
}

/** Instants in milliseconds since 1970, the end not included; both are whole steps. */
export interface Range {
  startMs: number;
  endMs: number;
  stepMs: number;
}

/** A series as it came, and the interval that Datadog says it is rolled up by; null where it does not say. */
interface Answered {
  tags: unknown;
  points: readonly (readonly [number, number | null])[];
  intervalMs: number | null;
}

type V1 = { status?: string; error?: string; errors?: unknown; series?: { tag_set?: string[]; interval?: number; pointlist?: [number, number | null][] }[] };
type V2 = { errors?: unknown; data?: { attributes?: { series?: { group_tags?: string[] }[]; times?: number[]; values?: (number | null)[][] } } };

/** Datadog gives 1,500 points of a series at most, and takes a longer interval where there would be more. */
const mostSteps = 1_000;
/** Before that it was 350: for so few, no version of it takes a longer one. */
const certainSteps = 300;
/** So many points are some megabytes as JSON: enough to be quick, and little enough to hold. */
const wantedPoints = 200_000;

/**
 * What a query gives, step by step, each value at the start of its step: in pieces short enough that
 * Datadog keeps the step, oldest first.
 *
 * Throws  CollectorRejected with what Datadog says of the query, or when it keeps no values of that step;
 *         CollectorUnavailable for what may pass.
 * Source  https://docs.datadoghq.com/api/latest/metrics/
 */
export async function* timeseries(settings: DatadogSettings, query: string, { startMs, endMs, stepMs }: Range, contact: Contact): AsyncGenerator<Series[]> {
  const expression = expressionOf(query, stepMs / 1_000);
  let steps = mostSteps;
  for (let fromMs = startMs; fromMs < endMs; ) {
    contact.signal.throwIfAborted();
    const pieceSteps = Math.min(steps, Math.ceil((endMs - fromMs) / stepMs));
    const range = { startMs: fromMs, endMs: fromMs + pieceSteps * stepMs, stepMs };
    const answered = await (settings.api === 'v1' ? askV1 : askV2)(settings, query, expression, range, contact);
    const otherMs = otherInterval(answered, range, pieceSteps);
    if (otherMs !== null && pieceSteps > 1 && otherMs > stepMs) {
      steps = Math.ceil(pieceSteps / 2);
      continue;
    }
    if (otherMs !== null) {
      throw new CollectorRejected(`Datadog rolls ${query.slice(0, 200)} up by ${otherMs / 1_000} s and was asked for ${stepMs / 1_000} s: set a step that it keeps for as long as is read`);
    }
    yield answered.map((series) => observedOf(series, range));
    fromMs = range.endMs;
    steps = Math.max(1, Math.min(steps, Math.floor(wantedPoints / Math.max(1, answered.length))));
  }
}

/** The interval that an answer has in place of the step; null where it has the step. @throws BadPayload for instants that are of neither */
function otherInterval(answered: readonly Answered[], { startMs, endMs, stepMs }: Range, pieceSteps: number): number | null {
  for (const { intervalMs, points } of answered) {
    if (intervalMs !== null && intervalMs !== stepMs) return intervalMs;
    const instants = points.map(([ms]) => ms).filter((ms) => ms >= startMs && ms < endMs);
    const apartMs = instants.slice(1).reduce((least, ms, index) => Math.min(least, ms - instants[index]!), Infinity);
    const isApart = apartMs > stepMs && apartMs < Infinity;
    const isBetweenSteps = instants.some((ms) => ms % stepMs !== 0);
    if (isBetweenSteps && !isApart) throw new BadPayload('Datadog gives values at instants that no step begins at', JSON.stringify(points.slice(0, 20)));
    // Version 2 does not say the interval: values that lie further apart are either rolled up by more, or rare.
    if (isBetweenSteps || (isApart && intervalMs === null && pieceSteps > certainSteps)) return apartMs;
  }
  return null;
}

function observedOf({ tags, points }: Answered, { startMs, endMs }: Range): Series {
  const observed = points.filter((point): point is readonly [number, number] => point[1] !== null && point[0] >= startMs && point[0] < endMs);
  return { tags: tagsOf(tags), timesMs: observed.map(([ms]) => ms), values: observed.map(([, value]) => value) };
}

/** Tags are texts such as `host:node-1`; a series that has none of a key is grouped as `host:N/A`. */
function tagsOf(tags: unknown): Record<string, string> {
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  const pairs = texts.map((tag) => [tag.slice(0, Math.max(0, tag.indexOf(':'))), tag.slice(tag.indexOf(':') + 1)] as const);
  return Object.fromEntries(pairs.filter(([key, value]) => key !== '' && value !== 'N/A'));
}

async function askV1(settings: DatadogSettings, query: string, { terms, spelled }: Expression, { startMs, endMs }: Range, contact: Contact): Promise<Answered[]> {
  const url = new URL(`${addressOf(settings)}/api/v1/query`);
  url.search = String(new URLSearchParams({ from: `${startMs / 1_000}`, to: `${endMs / 1_000}`, query: spelled((index) => terms[index]!) }));
  const body = await ask<V1>({ url }, settings, query, contact);
  if (body.status !== 'ok' || !Array.isArray(body.series)) throw noSeries(url, body, settings);
  return body.series.map(({ tag_set: tags, interval, pointlist }) => {
    if (typeof interval !== 'number' || !Array.isArray(pointlist) || !pointlist.every(isPoint)) throw noSeries(url, body, settings);
    return { tags, points: pointlist, intervalMs: interval * 1_000 };
  });
}

async function askV2(settings: DatadogSettings, query: string, { terms, spelled }: Expression, { startMs, endMs, stepMs }: Range, contact: Contact): Promise<Answered[]> {
  const url = new URL(`${addressOf(settings)}/api/v2/query/timeseries`);
  const name = (index: number) => `query${index}`;
  const attributes = {
    from: startMs,
    to: endMs,
    interval: stepMs,
    queries: terms.map((term, index) => ({ data_source: 'metrics', name: name(index), query: term })),
    formulas: [{ formula: spelled(name) }],
  };
  const body = await ask<V2>({ url, json: { data: { type: 'timeseries_request', attributes } } }, settings, query, contact);
  const { series, times, values } = body.data?.attributes ?? {};
  if (!Array.isArray(series) || !Array.isArray(times) || !Array.isArray(values)) throw noSeries(url, body, settings);
  return series.map(({ group_tags: tags }, index) => {
    const points = values[index]?.map((value, at) => [times[at], value]);
    if (points?.length !== times.length || !points.every(isPoint)) throw noSeries(url, body, settings);
    return { tags, points, intervalMs: null };
  });
}

function isPoint(point: unknown): point is [number, number | null] {
  return Array.isArray(point) && typeof point[0] === 'number' && (point[1] === null || typeof point[1] === 'number');
}

async function ask<Body extends { status?: string; error?: string; errors?: unknown }>(request: SourceRequest, settings: DatadogSettings, query: string, contact: Contact): Promise<Body> {
  const secrets = [settings.apiKey, settings.applicationKey];
  const headers = { 'dd-api-key': settings.apiKey, 'dd-application-key': settings.applicationKey };
  const { status, body } = await askJson<Body | null>({ ...request, headers, secrets, secondsUntilResetHeader: 'x-ratelimit-reset' }, contact);
  if (body === null || typeof body !== 'object') throw noSeries(request.url, body, settings);
  if (status < 400 && body.status !== 'error' && !body.error) return body;
  const said = withoutSecrets(body.error || JSON.stringify(body.errors ?? `status ${status}`), secrets).slice(0, 300);
  if (/timed? ?out|try again/i.test(said)) throw new CollectorUnavailable(`${request.url.host} gave up: ${said}`);
  throw new CollectorRejected(`${request.url.host} refuses the query ${query.slice(0, 200)}: ${said}`);
}

function noSeries({ host }: URL, body: unknown, { apiKey, applicationKey }: DatadogSettings): BadPayload {
  return new BadPayload(`${host} answered without series of values`, JSON.stringify(body), [apiKey, applicationKey]);
}

export function addressOf({ site, endpoint }: DatadogSettings): string {
  return endpoint?.replace(/\/+$/, '') ?? `https://api.${site}`;
}
