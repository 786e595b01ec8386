import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/index.js';
import { BudgetsService, BudgetStatus, type BudgetStanding } from '../budgets/index.js';
import { capacityOutlook, type OutlookRow } from '../capacity/index.js';
import { Forecaster, type CostTotal } from '../forecasting/index.js';
import { Clock } from '../platform/index.js';
import { UsageMetric } from '../usage/index.js';
import { chance, day, estimate, money, month, period, quantity, table } from './format.js';

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
  return [capacitySection(outlook, now), budgetSection(budgets, now), costSection(totals, now)].join('\n\n');
}

function capacitySection(outlook: OutlookRow[], now: Date): string {
  const title = 'What runs out, and when';
  if (outlook.length === 0) {
    return `${title}\n  Nothing has both a limit and a forecast yet: import usage, and declare limits with the mutation capacitySet.`;
  }
  const rows = outlook.map(({ resourceName, metric, demand, unit, limit, headroom, p10At, p50At, orderBy, ...row }) => {
    const beyond = `after ${day(horizonEnd(row))}`;
    return [
      resourceName,
      metricNames[metric] ?? metric.toLowerCase(),
      demand === null ? 'not observed' : quantity(demand, unit),
      quantity(limit * (1 - headroom), unit),
      p10At ? day(p10At) : beyond,
      p50At ? day(p50At) : beyond,
      // Seen from data that ended long ago, an order is late by its date and not by today's.
      orderBy ? (orderBy < now && !isOld(row.origin, now) ? 'now' : day(orderBy)) : '',
    ];
  });
  const oldest = outlook.map(({ origin }) => origin).filter((origin) => isOld(origin, now));
  return `${title}\n${table(
    ['Pool or volume', 'Of', 'Peak, last day>', 'Usable limit>', 'One in ten by', 'Half by', 'Order by'],
    rows,
  )}${oldest.length > 0 ? `\n  The utilization of ${oldest.length} of these ends ${day(new Date(Math.min(...oldest.map(Number))))} or later: their dates count from there.` : ''}`;
}

/** Data that ended longer ago than this is not about now. */
const oldAfterMs = 14 * 86_400_000;

function isOld(origin: Date, now: Date): boolean {
  return now.getTime() - origin.getTime() > oldAfterMs;
}

function horizonEnd({ origin, horizon }: Pick<OutlookRow, 'origin' | 'horizon'>): Date {
  return new Date(origin.getTime() + horizon * 86_400_000);
}

async function openBudgets(service: BudgetsService, viewer: Viewer, now: Date): Promise<BudgetStanding[]> {
  const budgets = await service.page(viewer, undefined, { first: 200 });
  return budgets.filter(({ period: { end } }) => Date.parse(end) > now.getTime());
}

function budgetSection(budgets: BudgetStanding[], now: Date): string {
  const title = 'Which budgets break';
  if (budgets.length === 0) return `${title}\n  There is no budget for now or later: make one with the mutation budgetCreate.`;
  const rows = budgets.map(({ name, period: { start, end }, amount, actual, unconverted, forecastTotal, overrunProbability, status }) => [
    name,
    period(new Date(start), new Date(end)),
    money(amount.amount, amount.currency),
    // Before its period begins nothing has been charged; that is no figure of 0.
    Date.parse(start) > now.getTime() ? '' : [actual, ...unconverted].map((one) => money(one.amount, one.currency)).join(' + '),
    forecastTotal ? estimate(forecastTotal) : 'none yet',
    overrunProbability === null ? '' : chance(overrunProbability),
    statusNames[status],
  ]);
  return `${title}\n${table(
    ['Budget', 'Period', 'Amount>', 'Charged so far>', 'Forecast (80 % interval)>', 'Overrun>', 'Status'],
    rows,
  )}`;
}

function costSection(totals: CostTotal[], now: Date): string {
  const title = 'What next month costs';
  if (totals.length === 0) return `${title}\n  There are too few settled days of charges yet: import bills with "headroom import focus".`;
  const rows = totals.map((total) => [
    month(total.start),
    total.currency,
    estimate(total),
    isOld(total.origin, now) ? `settled bills end ${day(total.origin)}` : '',
  ]);
  return `${title}\n${table(['Month', 'Currency', 'Effective cost (80 % interval)>', ''], rows)}`;
}
