import { Gauge, Registry, type OpenMetricsContentType, type PrometheusContentType } from 'prom-client';

export type Labels = Record<string, string>;

/** A value and the labels that tell it from others of its subject. Null is not known, and makes no series: missing is never zero. */
export type Told = readonly [value: number | null, labels?: Labels];

/** One metric: its name, what it says, and what a subject has of it. */
export interface Family<Subject> {
  name: string;
  help: string;
  /** Labels beside those of the subject. */
  labelNames?: readonly string[];
  values: (subject: Subject) => Told[];
}

/** A kind of thing that is told of, and its metrics. */
export interface Subjects<Subject> {
  /** In the plural, as `headroom_metrics_left_out` names it. */
  kind: string;
  labelNames: readonly string[];
  labelsOf: (subject: Subject) => Labels;
  families: readonly Family<Subject>[];
}

export const leftOutName = 'headroom_metrics_left_out';

/** One page of metrics. It is made anew for each scrape, so that nothing of what is gone stays on it. */
export class Exposition {
  private readonly registry = new Registry<PrometheusContentType | OpenMetricsContentType>();
  private readonly leftOut: Gauge;

  /** @param accept what the scraper asks for: Prometheus asks for OpenMetrics first, whose last line says that the page is whole */
  constructor(accept = '') {
    if (accept.includes('application/openmetrics-text')) this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    this.leftOut = this.gauge(leftOutName, 'How many pools, budgets, sources or channels this page leaves out, because there are more than HEADROOM_METRICS_LIMIT.', ['kind']);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  add<Subject>({ kind, labelNames, labelsOf, families }: Subjects<Subject>, subjects: readonly Subject[], leftOut: number): void {
    this.leftOut.set({ kind }, leftOut);
    const labelled = subjects.map((subject) => ({ subject, own: labelsOf(subject) }));
    for (const { name, help, labelNames: more = [], values } of families) {
      const gauge = this.gauge(name, help, [...labelNames, ...more]);
      for (const { subject, own } of labelled) {
        for (const [value, labels] of values(subject)) if (value !== null) gauge.set({ ...own, ...labels }, value);
      }
    }
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}

/** An instant as Prometheus has them: seconds since 1970. */
export function toSeconds(instant: Date | string | null): number | null {
  return instant === null ? null : new Date(instant).getTime() / 1000;
}
