import { ServiceCategory } from '../../../access/index.js';
import { UsageMetric, type UsageSample } from '../../../usage/index.js';
import { readCsv } from '../../csv/csv-file.js';
import { FileRefused } from '../../csv/file-refused.js';
import type { Collector } from '../../collector.js';

export interface UsageCsvSettings {
  file: string;
  /** Whose resources they are: the provider their charges name. */
  providerName: string;
}

const columns = ['timestamp', 'resource', 'metric', 'value'] as const;
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Utilization from a long CSV file: `timestamp,resource,metric,value`, one observation a row.
 *
 * Unit    of the metric, see `usageUnits`; an empty value or NULL is no observation, never a zero.
 * Throws  FileRefused naming line and column.
 */
export const usageCsv: Collector<UsageCsvSettings> = {
  name: 'usage-csv',
  description: 'Utilization from a long CSV file: timestamp,resource,metric,value.',

  async *collect({ file, providerName }, signal) {
    const described = new Set<string>();
    let at: Record<(typeof columns)[number], number> | undefined;
    for await (const { header, rows, lines } of readCsv(file)) {
      signal.throwIfAborted();
      at ??= positions(file, header);
      const samples: UsageSample[] = [];
      for (const [index, row] of rows.entries()) {
        const sample = sampleOf(file, lines[index]!, row, at, providerName);
        if (sample) samples.push(sample);
      }
      const fresh = samples.filter(({ resourceId }) => !described.has(resourceId) && described.add(resourceId));
      yield { kind: 'resources', rows: fresh.map(({ resourceId, observedAt }) => unknownResource(providerName, resourceId, observedAt)) };
      yield { kind: 'usage', rows: samples };
    }
    if (!at) throw new FileRefused(file, 'has a header and no rows: there is nothing to load');
  },
};

function positions(file: string, header: readonly string[]): Record<(typeof columns)[number], number> {
  const names = header.map((name) => name.toLowerCase());
  return Object.fromEntries(
    columns.map((column) => {
      const index = names.indexOf(column);
      if (index < 0) throw new FileRefused(file, `is missing: the header needs ${columns.join(',')}`, { line: 1, column });
      return [column, index];
    }),
  ) as Record<(typeof columns)[number], number>;
}

function sampleOf(
  file: string,
  line: number,
  row: string[],
  at: Record<(typeof columns)[number], number>,
  providerName: string,
): UsageSample | null {
  const refuse = (column: string, reason: string): never => {
    throw new FileRefused(file, reason, { line, column });
  };
  const timestamp = row[at.timestamp]!.trim();
  const observedAt = timestampPattern.test(timestamp) ? new Date(timestamp) : null;
  if (!observedAt || Number.isNaN(observedAt.getTime())) {
    return refuse('timestamp', `needs an instant with its offset such as 2026-01-05T00:00:00Z, got "${timestamp}"`);
  }
  const resourceId = row[at.resource]!.trim() || refuse('resource', 'needs a value, got nothing');
  const metric = row[at.metric]!.trim();
  if (!(metric in UsageMetric)) {
    refuse('metric', `needs one of ${Object.keys(UsageMetric).join(', ')}, got "${metric}"`);
  }
  const text = row[at.value]!.trim();
  if (text === '' || text.toUpperCase() === 'NULL') return null;
  const value = Number(text);
  if (!/^[-+.\d]/.test(text) || !Number.isFinite(value) || value < 0) {
    refuse('value', `needs a number of 0 or more, got "${text}"`);
  }
  return { resourceId, providerName, metric: metric as UsageMetric, observedAt: observedAt.toISOString(), value };
}

/** A resource of which the file says nothing but its identifier. */
function unknownResource(providerName: string, resourceId: string, observedAt: string) {
  return {
    providerName,
    resourceId,
    resourceName: null,
    resourceType: null,
    serviceName: 'unknown',
    serviceCategory: ServiceCategory.OTHER,
    regionId: null,
    subAccountId: null,
    tags: {},
    gpu: null,
    firstSeenAt: observedAt,
    lastSeenAt: observedAt,
  };
}
