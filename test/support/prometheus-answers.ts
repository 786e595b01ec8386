import { json, type Asked, type Behaviour } from './source-server.js';

export interface AskedRange {
  query: string;
  start: number;
  end: number;
  step: number;
}

/** What a range query asks for; times in seconds, both ends included. */
export function rangeOf({ body }: Asked): AskedRange {
  const form = new URLSearchParams(body);
  return { query: form.get('query')!, start: Number(form.get('start')), end: Number(form.get('end')), step: Number(form.get('step')) };
}

export interface SeriesServed {
  gpus?: readonly string[];
  warnings?: string[];
  mostPoints?: number;
}

/** Answers as Prometheus does: from start to end, both included, and never more than 11,000 points of a series. Null is no sample. */
export function serving(valueAt: (seconds: number, gpu: string) => string | null, { gpus = ['0'], warnings, mostPoints = 11_000 }: SeriesServed = {}): Behaviour {
  return (asked, response) => {
    const { start, end, step } = rangeOf(asked);
    if ((end - start) / step + 1 > mostPoints) {
      return json({ status: 'error', errorType: 'bad_data', error: 'exceeded maximum resolution of 11,000 points per timeseries' }, 400)(asked, response);
    }
    const result = gpus.map((gpu) => ({ metric: { Hostname: 'node-1', gpu }, values: [] as [number, string][] }));
    for (const { metric, values } of result) {
      for (let at = start; at <= end; at += step) {
        const value = valueAt(at, metric.gpu);
        if (value !== null) values.push([at, value]);
      }
    }
    return json({ status: 'success', data: { resultType: 'matrix', result }, warnings })(asked, response);
  };
}
