import { createHash } from 'node:crypto';
import type { Series } from '../../forecasts/index.js';
import type { Scope } from '../access/index.js';
import type { CostMetric, DailyCost } from '../costs/index.js';
import { dailyStatistic, UsageMetric, type DailyUsage } from '../usage/index.js';
import { calendarRegressors } from './calendar.js';
import type { HolidayCalendar } from './holiday-calendar.js';

/** What a forecast is of: the usage of a resource, or the cost of a scope. */
export type Subject =
  | { kind: 'usage'; resourceKey: string; metric: UsageMetric }
  | { kind: 'cost'; scope: Scope; metric: CostMetric; currency: string };

/** Days a forecast learns from, and what they are of. */
export interface Training {
  subject: Subject;
  unit: string;
  statistic: 'MAXIMUM' | 'MEAN' | 'SUM';
  start: Date;
  /** End of the last day; the forecast begins here. */
  end: Date;
  values: (number | null)[];
  /** What each value could not pass, where it hides what is above; null for anything else. */
  limits: (number | null)[] | null;
  asOf: Date;
  holidays: HolidayCalendar;
}

const daysOfWeek = 7;
const dayMs = 86_400_000;

export function trainingOfUsage(usage: DailyUsage, asOf: Date, holidays: HolidayCalendar): Training {
  const { resourceKey, metric, unit, start, end, values, limits } = usage;
  return { subject: { kind: 'usage', resourceKey, metric }, unit, statistic: dailyStatistic(metric), start, end, values, limits, asOf, holidays };
}

export function trainingOfCost(scope: Scope, metric: CostMetric, daily: DailyCost, holidays: HolidayCalendar): Training {
  const { currency, start, end, values, asOf } = daily;
  return { subject: { kind: 'cost', scope, metric, currency }, unit: currency, statistic: 'SUM', start, end, values, limits: null, asOf, holidays };
}

/**
 * The series the engine learns from: gaps stay gaps, and only credits let a quantity be negative. Bills come at the turn of
 * a month, which usage knows nothing of.
 */
export function toSeries({ subject, start, values, limits, holidays }: Training, horizonDays: number): Series {
  const observed = Float64Array.from(values, (value) => value ?? Number.NaN);
  return {
    values: observed,
    periods: [daysOfWeek],
    nonNegative: !observed.some((value) => value < 0),
    regressors: calendarRegressors(
      { start, stepMs: dayMs, steps: values.length + horizonDays, timeZone: 'UTC' },
      holidays,
      { withMonths: subject.kind === 'cost' },
    ),
    ...(limits ? { limits: Float64Array.from(limits, (limit) => limit ?? Number.NaN) } : {}),
    ...(subject.kind === 'usage' && subject.metric === UsageMetric.GPU_UTILIZATION ? { upperBound: 1 } : {}),
  };
}

/** Digits of a value that count: in which order PostgreSQL added a day's costs up shows in the last ones. */
const significantDigits = 12;

/** A digest of what is learnt from: the same days, values and holidays make no new version. */
export function digestOf({ start, end, unit, values, limits, holidays }: Training): string {
  const rounded = values.map((value) => value && Number(value.toPrecision(significantDigits)));
  return createHash('sha256').update(JSON.stringify([start, end, unit, rounded, holidays.country, ...(limits ? [limits] : [])])).digest('hex');
}

/** The key that all versions of a forecast share. */
export function keyOfSubject(subject: Subject): string {
  return subject.kind === 'usage'
    ? `usage ${subject.resourceKey} ${subject.metric}`
    : `cost ${subject.metric} ${subject.currency} ${canonical(subject.scope)}`;
}

/** One text for one scope: lists are sorted when a scope is read, keys stand in the order of the type. */
function canonical({ providerNames, subAccountIds, serviceNames, serviceCategories, tags }: Scope): string {
  return JSON.stringify([providerNames, subAccountIds, serviceNames, serviceCategories, tags.map(({ key, values }) => [key, values])]);
}
