import { ServiceCategory } from '../../../access/index.js';
import type { ResourceDescription } from '../../../resources/index.js';
import { bySeries, UsageMetric, type UsageSample } from '../../../usage/index.js';
import { readCsv } from '../../csv/csv-file.js';
import { FileRefused } from '../../csv/file-refused.js';
import type { Collector } from '../../collector.js';

export interface UsageCsvSettings {
  file: string;
  /** Whose resources they are: the provider their charges name. */
  providerName: string;
}

const columns = ['timestamp', 'resource', 'metric', 'value'] as const;
const timestampPattern = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Utilization from a long CSV file: `timestamp,resource,metric,value`, one observation a row.
 *
 * Unit    of the metric, see `usageUnits`; an empty value or NULL is no observation, never a zero.
 * Throws  FileRefused naming line and column.
 */
export const usageCsv: Collector<UsageCsvSettings> = {
  name: 'usage-csv',
  description: 'Utilization from a long CSV file: timestamp,resource,metric,value.',

  settingsSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['file'],
    properties: {
      file: { type: 'string', minLength: 1, description: 'the path of the file' },
      providerName: { type: 'string', minLength: 1, default: 'own', description: 'whose resources they are: the provider their charges name' },
    },
    examples: [{ file: 'cluster.csv', providerName: 'AWS' }],
  },

  async *collect({ file, providerName }, { signal }) {
    let at: Record<(typeof columns)[number], number> | undefined;
    for await (const { header, rows, lines } of readCsv(file)) {
      signal.throwIfAborted();
      at ??= positions(file, header);
      const samples: UsageSample[] = [];
      for (const [index, row] of rows.entries()) {
        const sample = sampleOf(file, lines[index]!, row, at, providerName);
        if (sample) samples.push(sample);
      }
      yield { kind: 'resources', rows: resourcesOf(samples) };
      yield { kind: 'usage', rows: bySeries(samples) };
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
  const observedAt = instant(timestamp) ?? refuse('timestamp', `needs an instant with its offset such as 2026-01-05T00:00:00Z, got "${timestamp}"`);
  const resourceId = row[at.resource]!.trim() || refuse('resource', 'needs a value, got nothing');
  const metric = row[at.metric]!.trim();
  if (!Object.hasOwn(UsageMetric, metric)) {
    refuse('metric', `needs one of ${Object.keys(UsageMetric).join(', ')}, got "${metric}"`);
  }
  const text = row[at.value]!.trim();
  if (text === '' || text.toUpperCase() === 'NULL') return null;
  const value = Number(text);
  // Number() alone takes 0x1F for 31.
  if (!/^[-+.\d][.\de+-]*$/i.test(text) || !Number.isFinite(value) || value < 0) {
    refuse('value', `needs a number of 0 or more, got "${text}"`);
  }
  return { resourceId, providerName, metric: metric as UsageMetric, observedAt, value };
}

/** An instant in UTC; undefined when the text is none between 2000 and 2100, or of a day that no calendar has. */
function instant(text: string): string | undefined {
  const [, year, month, day] = timestampPattern.exec(text) ?? [];
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  const observedAt = new Date(text);
  if (!isDay || Number.isNaN(observedAt.getTime()) || Number(year) < 2000 || Number(year) > 2100) return undefined;
  return observedAt.toISOString();
}

/** The resources of these samples, and from when to when they were seen in them. */
function resourcesOf(samples: readonly UsageSample[]): ResourceDescription[] {
  const resources = new Map<string, ResourceDescription>();
  for (const { providerName, resourceId, observedAt } of samples) {
    const known = resources.get(resourceId);
    if (!known) resources.set(resourceId, unknownResource(providerName, resourceId, observedAt));
    else if (observedAt < known.firstSeenAt) known.firstSeenAt = observedAt;
    else if (observedAt > known.lastSeenAt) known.lastSeenAt = observedAt;
  }
  return [...resources.values()];
}

/** A resource of which the file says nothing but its identifier. */
function unknownResource(providerName: string, resourceId: string, observedAt: string): ResourceDescription {
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
