import { GpuCostPart, MissingPrice, type GpuCostReport } from '../gpu-costs/index.js';
import { count, exactAmount, period as periodName, table } from './format.js';
import { wordOf } from './gpu-cost-words.js';

/** What belongs to nobody, by its own name. */
const nobodys: readonly GpuCostPart[] = [GpuCostPart.IDLE, GpuCostPart.UNATTRIBUTED, GpuCostPart.UNOBSERVED];

/** Costs of GPUs as text for a person, one table for each currency: who had them, how, for how long, and for how much. */
export function gpuCostTable({ period, groups, unpriced, settled }: GpuCostReport, by: string): string {
  const title = `What GPUs cost, ${periodName(period.start, period.end)}`;
  if (groups.length === 0 && unpriced.length === 0) {
    return `${title}\n  Nothing was charged for GPUs: import bills whose resources are known, with what is a part of them and how much of it was allocated.`;
  }
  const currencies = [...new Set(groups.map(({ total }) => total.currency))];
  return [
    title,
    ...currencies.map((currency) => currencyTable(groups.filter(({ total }) => total.currency === currency), currency, by)),
    ...unpriced.map((gpus) => `  Not in it: ${new MissingPrice(gpus).message}.`),
    ...(settled < 1 ? [`  Settled is ${Math.floor(settled * 100)} % of the period; the rest is still coming in.`] : []),
    ...(groups.some(({ part }) => part === GpuCostPart.UNOBSERVED) ? [`  Unobserved: hours without a sample, or GPUs whose number is not known. It is nobody's, and not idle.`] : []),
  ].join('\n');
}

function currencyTable(groups: GpuCostReport['groups'], currency: string, by: string): string {
  const bill = groups[0]!.bill.amount;
  const rows = groups.map(({ key, part, gpuHours, total: { amount } }) => {
    const isNobodys = nobodys.includes(part);
    return [
      key[0] ?? (isNobodys ? '' : `no ${by}`),
      wordOf(part),
      gpuHours === null ? 'not known' : count(gpuHours),
      exactAmount(amount),
      Number(bill) > 0 ? `${((Number(amount) / Number(bill)) * 100).toFixed(1)} %` : '',
      gpuHours === null || isNobodys ? '' : (Number(amount) / gpuHours).toFixed(2),
    ];
  });
  const [first, ...rest] = by;
  return table(
    [`${first!.toUpperCase()}${rest.join('')}`, 'Had as', 'GPU-hours>', `${currency}>`, 'Of the bill>', 'A GPU-hour>'],
    [...rows, ['', 'the bill', '', exactAmount(bill), '', '']],
  );
}
