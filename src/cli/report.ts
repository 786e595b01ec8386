import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService, BudgetStatus, type BudgetWithOutlook } from '../budgets/index.js';
import { capacityOutlook, type OutlookRow } from '../capacity/index.js';
import { Forecaster, type CostTotal } from '../forecasting/index.js';
import { Clock } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { day, money, month, percent, period, quantity, table } from './format.js';

const metricNames: Partial<Record<UsageMetric, string>> = {
  [UsageMetric.GPU_REQUESTED]: 'GPUs asked for',
  [UsageMetric.GPU_ALLOCATED]: 'GPUs allocated',
  [UsageMetric.STORAGE]: 'storage',
  [UsageMetric.STORAGE_INODES]: 'inodes',
  [UsageMetric.MEMORY]: 'memory',
  [UsageMetric.CPU]: 'CPU',
};

const statusNames: Record<BudgetStatus, string> = {
  [BudgetStatus.ON_TRACK]: 'on track',
  [BudgetStatus.AT_RISK]: 'at risk',
  [BudgetStatus.OVER]: 'over',
  [BudgetStatus.DATA_INCOMPLETE]: 'data incomplete',
};

/** The answers, as text for a person: what runs out and when, what breaks, what next month costs. */
export async function report(app: INestApplicationContext, viewer: Viewer): Promise<string> {
  const now = app.get(Clock).now();
  const [outlook, budgets, totals] = await Promise.all([
    capacityOutlook(app.get(DataSource), viewer),
    openBudgets(app.get(BudgetsService), viewer, now),
    app.get(Forecaster).nextMonthCost(viewer),
  ]);
  return [capacitySection(outlook, now), budgetSection(budgets), costSection(totals)].join('\n\n');
}

function capacitySection(outlook: OutlookRow[], now: Date): string {
  if (outlook.length === 0) {
    return 'What runs out\n  Nothing has both a capacity and a forecast yet: import usage, and declare limits with the mutation capacitySet.';
  }
  const rows = outlook.map((row) => [
    row.resourceName,
    metricNames[row.metric] ?? row.metric.toLowerCase(),
    row.demand === null ? 'not observed' : quantity(row.demand, row.unit),
    quantity(row.limit * (1 - row.headroom), row.unit),
    row.p10At ? day(row.p10At) : `not by ${day(horizonEnd(row))}`,
    row.p50At ? day(row.p50At) : row.p10At ? `not by ${day(horizonEnd(row))}` : '',
    row.orderBy ? `${day(row.orderBy)}${row.orderBy < now ? ' (late)' : ''}` : '',
  ]);
  return `What runs out, and when\n${table(
    ['Pool or volume', 'Of', 'Peak, last day>', 'Usable limit>', 'One chance in ten by', 'Even chance by', 'Order by'],
    rows,
  )}`;
}

function horizonEnd({ origin, horizon }: OutlookRow): Date {
  return new Date(origin.getTime() + horizon * 86_400_000);
}

async function openBudgets(service: BudgetsService, viewer: Viewer, now: Date): Promise<BudgetWithOutlook[]> {
  const budgets = await service.page(viewer, undefined, { first: 200 });
  return budgets.filter(({ period: { end } }) => Date.parse(end) > now.getTime());
}

function budgetSection(budgets: BudgetWithOutlook[]): string {
  if (budgets.length === 0) return 'Which budgets break\n  There is no budget for now or later: make one with the mutation budgetCreate.';
  const rows = budgets.map(({ name, amount, actual, forecastTotal, overrunProbability, status, unconverted, ...budget }) => [
    name,
    period(new Date(budget.period.start), new Date(budget.period.end)),
    money(amount.amount, amount.currency),
    `${money(actual.amount, actual.currency)}${unconverted.map((other) => ` + ${money(other.amount, other.currency)}`).join('')}`,
    forecastTotal ? money(forecastTotal.mean, amount.currency) : 'none yet',
    forecastTotal ? `${money(forecastTotal.lower, '')}– ${money(forecastTotal.upper, '').trim()}` : '',
    overrunProbability === null ? '' : percent(overrunProbability),
    statusNames[status],
  ]);
  return `Which budgets break\n${table(
    ['Budget', 'Period', 'Amount>', 'Charged so far>', 'Forecast>', '80 % interval>', 'Overrun>', 'Status'],
    rows,
  )}`;
}

function costSection(totals: CostTotal[]): string {
  if (totals.length === 0) return 'What next month costs\n  There are too few settled days of charges yet: import bills first.';
  const rows = totals.map(({ currency, start, mean, lower, upper, level }) => [
    month(start),
    money(mean, currency),
    `${money(lower, '')}– ${money(upper, '').trim()} (${level} %)`,
  ]);
  return `What next month costs\n${table(['Month', 'Effective cost>', 'Interval'], rows)}`;
}
