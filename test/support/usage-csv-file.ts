import { instant } from './days.js';

/** Samples of one metric of one resource: per day (an ISO midnight), the values of that day, evenly spread over it. */
export interface SampledDays {
  resource: string;
  metric: string;
  days: readonly (readonly [day: string, values: readonly number[]])[];
}

/** A file that `import usage` takes. */
export function usageCsvOf(series: readonly SampledDays[]): string {
  const rows = series.flatMap(({ resource, metric, days }) =>
    days.flatMap(([day, values]) =>
      values.map((value, index) => `${instant(Date.parse(day) + (index * 86_400_000) / values.length)},${resource},${metric},${value}`),
    ),
  );
  return `timestamp,resource,metric,value\n${rows.join('\n')}\n`;
}
