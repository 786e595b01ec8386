import type { Table } from './measurement.js';

/** What was said of an event, and how often it came. */
export interface Outlook {
  /** Outlooks of one group share what they stand on, and are one look at how good they are. */
  readonly group: number;
  /** The chance that was given. */
  readonly predicted: number;
  /** How often it came: 0 or 1, or the share of many futures. */
  readonly observed: number;
}

/** The outlooks of one tenth of the chances, and what came of them. */
export interface Tenth {
  /** Chances from here on, up to a tenth more. */
  readonly from: number;
  readonly count: number;
  readonly groups: number;
  /** Means; NaN where there are none. */
  readonly predicted: number;
  readonly observed: number;
  /** How far a frequency strays by chance alone in 95 of 100 measurements, if every group were one toss of the chance that was given. */
  readonly byChance: number;
}

const tenths = 10;
/** The 97.5 % quantile of the standard normal. */
const twoSided95 = 1.96;

/**
 * Holds chances against frequencies, tenth by tenth.
 *
 * Source  Murphy & Winkler, Reliability of subjective probability forecasts of precipitation and temperature, Journal of the
 *         Royal Statistical Society C 26(1), 1977 (the reliability diagram).
 */
export function reliabilityOf(outlooks: readonly Outlook[]): Tenth[] {
  return Array.from({ length: tenths }, (_, i) => {
    const those = outlooks.filter(({ predicted }) => Math.min(tenths - 1, Math.floor(predicted * tenths)) === i);
    const predicted = mean(those.map((one) => one.predicted));
    const groups = new Set(those.map(({ group }) => group)).size;
    return {
      from: i / tenths,
      count: those.length,
      groups,
      predicted,
      observed: mean(those.map(({ observed }) => observed)),
      byChance: twoSided95 * Math.sqrt((predicted * (1 - predicted)) / groups),
    };
  });
}

export function reliabilityTable(title: string, reliability: readonly Tenth[]): Table {
  return {
    title,
    head: ['chance', 'outlooks>', 'fleets>', 'predicted>', 'observed>', 'difference>', 'by chance>'],
    rows: reliability.map(({ from, count, groups, predicted, observed, byChance }) => [
      `${percent(from, 0)} to ${percent(from + 1 / tenths, 0)} %`,
      `${count}`,
      `${groups}`,
      ...(count === 0
        ? ['', '', '', '']
        : [
            percent(predicted),
            percent(observed),
            `${observed >= predicted ? '+' : '−'}${percent(Math.abs(observed - predicted))}`,
            `± ${percent(byChance)}`,
          ]),
    ]),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(fraction: number, digits = 1): string {
  return (100 * fraction).toFixed(digits);
}
