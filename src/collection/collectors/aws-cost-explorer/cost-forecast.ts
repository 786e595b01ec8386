import { CostMetric, type ComparisonForecast } from '../../../costs/index.js';
import { BadPayload, CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import type { Contact } from '../../collector.js';
import { dayAfter, instantOf } from './charge-of-row.js';
import type { CostExplorer } from './cost-explorer-client.js';
import type { CostExplorerSettings } from './settings.js';

export const forecastMaker = 'AWS Cost Explorer';
const level = 80;

/**
 * What AWS itself expects of the days from `start` on, billed and effective, to compare ours with. None
 * where there is none, as in a new account. The bill is worth having without: why there is none is a
 * notice, and no failure.
 */
export async function costForecasts(explorer: CostExplorer, start: string, settings: CostExplorerSettings, { report, signal }: Contact): Promise<ComparisonForecast[]> {
  const asked = [
    { costMetric: CostMetric.BILLED_COST, Metric: 'UNBLENDED_COST' as const },
    { costMetric: CostMetric.EFFECTIVE_COST, Metric: settings.effectiveCost === 'NetAmortizedCost' ? ('NET_AMORTIZED_COST' as const) : ('AMORTIZED_COST' as const) },
  ];
  const forecasts: ComparisonForecast[] = [];
  try {
    for (const { costMetric, Metric } of asked) {
      const TimePeriod = { Start: start, End: dayAfter(start, settings.forecastDays) };
      const answer = await explorer.costForecast({ TimePeriod, Metric, Granularity: 'DAILY', PredictionIntervalLevel: level });
      const billingCurrency = answer.Total?.Unit;
      for (const { TimePeriod: day, MeanValue, PredictionIntervalLowerBound, PredictionIntervalUpperBound } of answer.ForecastResultsByTime ?? []) {
        const [mean, lower, upper] = [MeanValue, PredictionIntervalLowerBound, PredictionIntervalUpperBound].map((text) => (text ? Number(text) : NaN)) as [number, number, number];
        const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day?.Start ?? '') && /^\d{4}-\d{2}-\d{2}$/.test(day?.End ?? '');
        if (!isDay || !billingCurrency || !Number.isFinite(mean)) throw new BadPayload('AWS Cost Explorer gives a forecast without a day, a mean or a currency', JSON.stringify(answer));
        const interval = Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper, level } : null;
        forecasts.push({ madeBy: forecastMaker, costMetric, billingCurrency, periodStart: instantOf(day!.Start!), periodEnd: instantOf(day!.End!), mean, interval });
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorUnavailable) && !(error instanceof CollectorRejected)) throw error;
    report.notice(`no forecast of AWS to compare with: ${error.message}`);
    return [];
  }
  return forecasts;
}
